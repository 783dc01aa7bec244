using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>What the scheduler needs to know of a device: which models it runs, and in which batch sizes. Immutable.</summary>
/// <param name="Name">Name in logs and metrics.</param>
/// <param name="Buckets">Model id → batch sizes, ascending (<see cref="IDiffusionModel.Buckets"/>).</param>
internal sealed record DeviceProfile(string Name, IReadOnlyDictionary<string, IReadOnlyList<int>> Buckets)
{
    public int MaxRows => Buckets.Values.Max(buckets => buckets[^1]);

    public bool Runs(ClassificationJob job) => Buckets.ContainsKey(job.Settings.Manifest.Id);
}
