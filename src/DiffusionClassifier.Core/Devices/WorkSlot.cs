using System.Collections.Concurrent;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// One of the two places in a device's pipeline: a plan, its buffers and its results. It has one owner at a time: the <see
/// cref="BatchFeeder"/> that fills and scores it, or the device's thread that runs it. Buffers come and go beside that, but only those of a
/// model of which no rows are assembled.
/// </summary>
internal sealed class WorkSlot : IDisposable
{
    private readonly ConcurrentDictionary<string, DenoisingBatch> _batches = [];
    private double[] _errors = [];

    public WorkPlan Plan { get; } = new(capacity: 0);

    /// <summary>Room for the errors of each row of the plan: one, or one for each of the model's heads.</summary>
    public Span<double> Errors
    {
        get
        {
            int heads = Batch.Heads;
            if (_errors.Length < Plan.Bucket * heads)
                _errors = new double[Plan.Bucket * heads];
            return _errors.AsSpan(0, Plan.Count * heads);
        }
    }

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
        if (_batches.TryRemove(modelId, out DenoisingBatch? batch))
            batch.Dispose();
    }

    public void Dispose()
    {
        foreach (string modelId in _batches.Keys)
            Detach(modelId);
    }
}
