using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// One of the two places in a device's pipeline: a plan, its buffers and its results. It has one owner at a time: the <see
/// cref="BatchFeeder"/> that fills and scores it, or the device's thread that runs it.
/// </summary>
internal sealed class WorkSlot(int maxRows) : IDisposable
{
    private readonly Dictionary<string, DenoisingBatch> _batches = [];

    public WorkPlan Plan { get; } = new(maxRows);

    /// <summary>The error of each row of the plan.</summary>
    public double[] Errors { get; } = new double[maxRows];

    /// <summary>What an encoding gave.</summary>
    public EncodedParts? Parts { get; set; }

    /// <summary>What the device threw; null: nothing.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Time on the device.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The buffers for the plan's model.</summary>
    public DenoisingBatch Batch => _batches[Plan.Model];

    /// <summary>Makes buffers of a model that was just opened.</summary>
    public void Attach(string modelId, IDiffusionModel model) => _batches[modelId] = model.CreateBatch();

    /// <summary>Drops the buffers of a model that is about to be closed.</summary>
    public void Detach(string modelId)
    {
        if (_batches.Remove(modelId, out DenoisingBatch? batch))
            batch.Dispose();
    }

    public void Dispose()
    {
        foreach (string modelId in _batches.Keys.ToArray())
            Detach(modelId);
    }
}
