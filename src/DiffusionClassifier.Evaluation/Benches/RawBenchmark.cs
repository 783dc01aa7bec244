using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The bare denoiser alone: what a device can do without anything around it.</summary>
public sealed class RawBenchmark(SingleModel source, DeviceOptions device, TimeProvider time)
{
    public RawReport Run(double seconds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using IDiffusionModel model = source.Open(source.Manifest.Id, device);
        using var raw = new RawDenoiser(model, time);
        SortedDictionary<int, double> rates = Survey.Run(raw, model.Buckets, seconds, cancellationToken);
        progress.Report(1);
        return new RawReport(source.Manifest.Id, device.Name, rates);
    }
}
