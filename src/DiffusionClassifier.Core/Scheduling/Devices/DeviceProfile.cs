namespace DiffusionClassifier.Core.Scheduling.Devices;

/// <summary>What the scheduler needs to know of a device: which models it runs, in which batch sizes and how fast. Owned by the scheduler.</summary>
/// <param name="Name">Name in logs and metrics.</param>
/// <param name="Ladders">Model id → batch sizes.</param>
internal sealed record DeviceProfile(string Name, IReadOnlyDictionary<string, BatchLadder> Ladders)
{
    /// <summary>The largest batch of any model.</summary>
    public int MaxRows { get; } = Ladders.Values.Max(ladder => ladder.Top);

    public bool Runs(ClassificationJob job) => Ladders.ContainsKey(job.Settings.Manifest.Id);

    public BatchLadder Ladder(ClassificationJob job) => Ladders[job.Settings.Manifest.Id];

    public double SecondsPerRow(ClassificationJob job) => Ladder(job).SecondsPerRow;
}
