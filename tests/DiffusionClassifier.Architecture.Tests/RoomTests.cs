namespace DiffusionClassifier.Architecture.Tests;

/// <summary>Rooms within a project.</summary>
public sealed class RoomTests
{
    private const int Examples = 3; // uses named for each arrow of a ring

    [Fact]
    public void No_room_depends_on_itself_by_way_of_others()
    {
        IEnumerable<string> rings = Rings.Find([.. Structure.Uses.Select(use => (use.FromRoom, use.ToRoom)).Distinct()]).Select(Describe);

        Nothing.Breaks(rings);
    }

    [Fact]
    public void No_folder_within_a_room_depends_on_itself_by_way_of_others()
    {
        Dictionary<string, string> folders = Structure.Types.DistinctBy(type => type.FullName).ToDictionary(type => type.FullName, type => type.Namespace?.FullName ?? "");
        var arrows = Structure.Uses.Where(use => use.FromRoom == use.ToRoom).Select(use => (folders[use.From], folders[use.To])).Distinct().ToList();

        Nothing.Breaks(Rings.Find(arrows).Select(ring => string.Join(" <-> ", ring)));
    }

    /// <summary>Three were: what a model is, what runs one, and where they lie.</summary>
    [Fact]
    public void Only_one_room_is_called_Models() => Assert.Single(Structure.Rooms.Keys, room => room.Name == "Models");

    private static string Describe(IReadOnlyList<Room> ring)
    {
        IEnumerable<string> uses = Structure.Uses.Where(use => use.FromRoom != use.ToRoom && ring.Contains(use.FromRoom) && ring.Contains(use.ToRoom))
            .GroupBy(use => (use.FromRoom, use.ToRoom))
            .Select(arrow => $"  {arrow.Key.FromRoom} -> {arrow.Key.ToRoom}: {string.Join(", ", arrow.Take(Examples).Select(use => $"{Last(use.From)} knows {Last(use.To)}"))}");
        return $"{string.Join(" <-> ", ring)}\n{string.Join('\n', uses)}";
    }

    private static string Last(string fullName) => fullName[(fullName.LastIndexOf('.') + 1)..];
}
