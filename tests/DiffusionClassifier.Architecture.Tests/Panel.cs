namespace DiffusionClassifier.Architecture.Tests;

/// <summary>A project on the drawing: its rooms in layers, so that every arrow points down.</summary>
internal sealed class Panel
{
    private readonly HashSet<(Room From, Room To)> _arrows;

    /// <param name="project">The project.</param>
    /// <param name="arrows">Between all rooms, without rings.</param>
    public Panel(string project, IReadOnlyCollection<(Room From, Room To)> arrows)
    {
        Project = project;
        _arrows = [.. arrows.Where(arrow => arrow.From.Project == project && arrow.To.Project == project)];
        Layers = Order([.. Structure.Rooms.Keys.Where(room => room.Project == project)]);
    }

    public string Project { get; }

    /// <summary>What uses others stands above them.</summary>
    public IReadOnlyList<IReadOnlyList<Room>> Layers { get; }

    /// <summary>The arrows that do not follow from two others.</summary>
    public IEnumerable<(Room From, Room To)> Arrows => Reduce(_arrows);

    /// <summary>Leaves out what is reached by way of another.</summary>
    public static IEnumerable<(T From, T To)> Reduce<T>(IReadOnlyCollection<(T From, T To)> arrows) where T : notnull
    {
        ILookup<T, T> next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        return arrows.Where(arrow => !next[arrow.From].Any(between => !between.Equals(arrow.To) && Reaches(between, arrow.To)));

        bool Reaches(T from, T to) => next[from].Any(step => step.Equals(to) || Reaches(step, to));
    }

    // The layer is the longest way down from the top; within it, rooms stand below those that use them.
    private List<IReadOnlyList<Room>> Order(List<Room> rooms)
    {
        var depths = new Dictionary<Room, int>();
        foreach (Room room in rooms)
            Depth(room);
        List<IReadOnlyList<Room>> layers = [];
        var places = new Dictionary<Room, double>();
        foreach (IGrouping<int, Room> layer in rooms.GroupBy(room => depths[room]).OrderBy(layer => layer.Key))
        {
            List<Room> ordered = [.. layer.OrderBy(Above).ThenBy(room => room.Name, StringComparer.Ordinal)];
            for (int i = 0; i < ordered.Count; i++)
                places[ordered[i]] = (i + 0.5) / ordered.Count;
            layers.Add(ordered);
        }

        return layers;

        int Depth(Room room) => depths.TryGetValue(room, out int known) ? known
            : depths[room] = _arrows.Where(arrow => arrow.To == room).Select(arrow => Depth(arrow.From) + 1).DefaultIfEmpty(0).Max();

        double Above(Room room) => _arrows.Where(arrow => arrow.To == room).Select(arrow => places[arrow.From]).DefaultIfEmpty(0.5).Average();
    }
}
