using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>
/// A model's bare denoiser and the engine around the same loaded model in turn: raw, engine, raw, engine, …, raw. Whatever else the machine
/// does then affects both alike, and one engine slice is compared with the mean of the two raw slices around it.
/// </summary>
internal sealed class EngineComparison(
    IDiffusionModel model, RawDenoiser raw, IReadOnlyList<string>? labels, ILoggerFactory loggers, TimeProvider time)
{
    // A dozen calls of a small model: the batch that is scored after a slice's end matters little; short compared with other activity on
    // the machine.
    private const double SliceSeconds = 0.25;
    private const int MinPairs = 20; // the median's interval needs this many
    private const int WarmPairs = 2; // run and discarded: the runtime recompiles the loops as they get hot

    /// <param name="bucket">The batch size.</param>
    /// <param name="rate">Rows per second that raw reaches with it, roughly.</param>
    /// <param name="seconds">About how long to measure.</param>
    /// <param name="progress">Gets the share that is done.</param>
    /// <param name="cancellationToken">Ends it between two slices.</param>
    public async Task<EngineOutcome> RunAsync(
        int bucket, double rate, double seconds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        int pairs = Math.Max(MinPairs, (int)(seconds / (2 * SliceSeconds)));
        int runs = Math.Max(1, (int)Math.Round(seconds / (2 * pairs) * rate / bucket));
        var feeder = new FeederAllocations();
        var gated = new GatedModel(model, [.. model.Buckets.Where(size => size <= bucket)], feeder, time);
        var options = new EngineOptions
        {
            Devices = [new DeviceOptions { Batch = bucket }],
            NoiseSource = seed => new MeteredNoise(seed, feeder),
        };
        using var engine = new BenchEngine(gated, options, time, loggers);
        await engine.StartAsync(cancellationToken);
        gated.Close();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task load = new EngineLoad(engine.Engine, labels).RunAsync(stop.Token);
        try
        {
            return await CompareAsync(gated, load, () => raw.Run(bucket, runs), runs, pairs, progress, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            gated.Open();
            await load;
        }
    }

    private static async Task<EngineOutcome> CompareAsync(
        GatedModel gated,
        Task load,
        Func<double> runRaw,
        int runs,
        int pairs,
        IProgress<double> progress,
        CancellationToken cancellationToken)
    {
        List<double> raw = [runRaw()], ratios = [];
        List<EngineSlice> slices = [];
        for (int i = 0; i < pairs + WarmPairs; i++)
        {
            Task<EngineSlice> running = gated.RunAsync(runs);
            await await Task.WhenAny(running, load); // a load that ends early has failed
            cancellationToken.ThrowIfCancellationRequested();
            EngineSlice slice = await running;
            raw.Add(runRaw());
            progress.Report((i + 1.0) / (pairs + WarmPairs));
            if (i < WarmPairs)
                continue;
            slices.Add(slice);
            ratios.Add((raw[^2] + raw[^1]) / 2 / slice.Seconds);
        }

        return new EngineOutcome(
            Median.Of(slices.Select(slice => slice.RowsPerSecond)).Value,
            Median.Of(ratios),
            Median.Of(slices.Select(slice => (double)slice.Bytes / slice.Runs)).Value,
            (double)slices.Sum(slice => slice.Bytes) / slices.Sum(slice => slice.Runs));
    }
}
