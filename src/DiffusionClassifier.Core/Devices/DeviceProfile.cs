namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// What a scheduler needs to know of a device: which models it runs, in which batch sizes and how fast. Owned by the scheduler.
/// </summary>
/// <param name="Name">Name in logs and metrics.</param>
/// <param name="Ladders">Model id → batch sizes.</param>
internal sealed record DeviceProfile(string Name, IReadOnlyDictionary<string, BatchLadder> Ladders)
{
    /// <summary>The largest batch of any model.</summary>
    public int MaxRows { get; } = Ladders.Values.Select(ladder => ladder.Top).DefaultIfEmpty().Max();

    /// <summary>The device with a model that it has opened.</summary>
    public DeviceProfile With(string model, BatchLadder ladder) =>
        new(Name, Ladders.Where(pair => pair.Key != model).Append(new(model, ladder)).ToDictionary());

    /// <summary>The device without a model that it closed or gave up.</summary>
    public DeviceProfile Without(string model) => new(Name, Ladders.Where(pair => pair.Key != model).ToDictionary());

    public bool Runs(string model) => Ladders.ContainsKey(model);

    public BatchLadder Ladder(string model) => Ladders[model];

    public double SecondsPerRow(string model) => Ladder(model).SecondsPerRow;
}
