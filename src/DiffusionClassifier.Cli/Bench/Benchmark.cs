using System.Diagnostics.Metrics;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Cli.Bench;

/// <summary>
/// Measures a model's bare denoiser and the engine around the same loaded model in turns: raw, engine, raw, engine, …, raw. Whatever else
/// the machine does then weighs on both alike, and one engine slice is compared with the mean of the two raw slices around it.
/// </summary>
internal sealed class Benchmark(SingleModel source, DeviceOptions device, IReadOnlyList<string>? labels, ILoggerFactory loggers, TimeProvider time)
{
    private const double SurveyShare = 0.2; // of the time, for all batch sizes together
    private const double SliceSeconds = 0.1; // long against a scheduler's tick, short against what else comes and goes on a machine
    private const int MinPairs = 24; // the median's interval needs 20 or so
    private const int WarmPairs = 2; // run and forgotten: the runtime compiles the loops once more as they get hot

    public async Task<BenchReport> RunAsync(double seconds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        ModelManifest manifest = source.Manifest;
        using IDiffusionModel model = source.Open(device, loggers.CreateLogger<Benchmark>());
        using var raw = new RawDenoiser(model, time);
        SortedDictionary<int, double> rates = Survey.Run(raw, model.Buckets, seconds * SurveyShare, cancellationToken);
        progress.Report(SurveyShare);

        int best = rates.MaxBy(pair => pair.Value).Key;
        double slicesSeconds = seconds * (1 - SurveyShare);
        int pairs = Math.Max(MinPairs, (int)(slicesSeconds / (2 * SliceSeconds)));
        int runs = Math.Max(1, (int)Math.Round(slicesSeconds / (2 * pairs) * rates[best] / best));
        var gated = new GatedModel(model, [.. model.Buckets.Where(bucket => bucket <= best)], time);
        (double[] rawSeconds, EngineSlice[] slices) = await CompareAsync(gated, () => raw.Run(best, runs), runs, pairs, progress, cancellationToken);

        rates[best] = Median.Of(rawSeconds.Select(elapsed => best * runs / elapsed)).Value;
        var ratio = Median.Of(slices.Select((slice, i) => slice.RowsPerSecond * (rawSeconds[i] + rawSeconds[i + 1]) / 2 / (best * runs)));
        return new BenchReport(
            rates,
            Median.Of(slices.Select(slice => slice.RowsPerSecond)).Value,
            ratio.Value,
            [ratio.Low, ratio.High],
            (double)slices.Sum(slice => slice.Bytes) / slices.Sum(slice => slice.Runs),
            manifest.Id,
            best,
            slices.Length);
    }

    private async Task<(double[] RawSeconds, EngineSlice[] Slices)> CompareAsync(
        GatedModel gated, Func<double> runRaw, int runs, int pairs, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using var meter = new Meter(EngineMetrics.MeterName);
        using var host = new EngineHost(new GatedSource(gated), new SyntheticImages(), new EngineOptions(), time, new EngineMetrics(meter), loggers);
        await host.StartAsync(cancellationToken);
        gated.Close();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task load = new EngineLoad(host.Engine, labels).RunAsync(stop.Token);
        try
        {
            List<double> raw = [runRaw()];
            List<EngineSlice> slices = [];
            while (slices.Count < pairs + WarmPairs)
            {
                Task<EngineSlice> slice = gated.RunAsync(runs);
                await await Task.WhenAny(slice, load); // a load that ends early has failed
                cancellationToken.ThrowIfCancellationRequested();
                slices.Add(await slice);
                raw.Add(runRaw());
                progress.Report(SurveyShare + (1 - SurveyShare) * slices.Count / (pairs + WarmPairs));
            }

            return ([.. raw.Skip(WarmPairs)], [.. slices.Skip(WarmPairs)]);
        }
        finally
        {
            await stop.CancelAsync();
            gated.Open();
            await load;
        }
    }
}
