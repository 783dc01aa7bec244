using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The bare denoiser alone: what a device can do without anything around it.</summary>
public sealed class RawBenchmark(SingleModel source, DeviceOptions device, TimeProvider time)
{
    /// <param name="seconds">How long to measure, beside loading and warming up.</param>
    /// <param name="progress">Gets the share that is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public RawReport Run(double seconds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        using IDiffusionModel model = source.Open(source.Manifest.Id, device);
        double load = time.GetElapsedTime(begin).TotalSeconds;
        using var raw = new RawDenoiser(model, time);
        var survey = new Survey(raw, model.Buckets, seconds, cancellationToken);
        double warmUp = survey.WarmUp();
        SortedDictionary<int, double> alone = survey.Alone(seconds / 2);
        progress.Report(0.5);
        SortedDictionary<int, double> inTurns = survey.InTurns(seconds / 2);
        progress.Report(1);
        return new RawReport(source.Manifest.Id, device.Name, load, warmUp, alone, inTurns, survey.LeftOut);
    }
}
