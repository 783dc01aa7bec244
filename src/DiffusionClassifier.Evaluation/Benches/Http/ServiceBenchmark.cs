using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Benches.InProcess;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>
/// How much of a model's bare speed is left for the clients of the service: the denoiser alone in this process and the service in its own,
/// in turn, so that whatever else the machine does affects both alike. One service slice is compared with the mean of the raw slices around
/// it. The engine alone is measured the same way beforehand, to tell what the scheduler costs from what HTTP costs.
/// </summary>
public sealed class ServiceBenchmark(
    SingleModel source,
    DeviceOptions device,
    ServiceTarget target,
    IReadOnlyList<string>? labels,
    ILoggerFactory loggers,
    TimeProvider time)
{
    private const double SurveyShare = 0.1, EngineShare = 0.2; // of the time: all batch sizes together, and the engine alone
    private const int WantedPairs = 20; // for an interval without the extremes
    private const int MinPairs = 6; // fewer have no 95% interval
    private const int MinBatches = 10; // in a slice: its ends are good to one batch
    private const int WarmPairs = 1; // run and discarded: both processes recompile their loops as they get hot

    public async Task<ServiceReport> RunAsync(double seconds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using IDiffusionModel model = source.Open(source.Manifest.Id, device);
        using var raw = new RawDenoiser(model, time, labels?.Count);
        var survey = new Survey(raw, model.Buckets, seconds * SurveyShare, cancellationToken);
        survey.WarmUp();
        SortedDictionary<int, double> rates = survey.Alone(seconds * SurveyShare);
        progress.Report(SurveyShare);
        int best = rates.MaxBy(pair => pair.Value).Key;

        EngineOutcome engine = await new EngineComparison(model, raw, labels, loggers, time).RunAsync(
            best, rates[best], seconds * EngineShare, new ProgressShare(progress, SurveyShare, EngineShare), cancellationToken);

        double rest = 1 - SurveyShare - EngineShare;
        (double[] rawRates, ServiceSlice[] slices) = await CompareAsync(
            raw, best, rates[best], seconds * rest, new ProgressShare(progress, SurveyShare + EngineShare, rest), cancellationToken);
        rates[best] = Median.Of(rawRates).Value;
        var service = Median.Of(slices.Select(slice => slice.RowsPerSecond));
        var ratio = Median.Of(slices.Select((slice, i) => slice.RowsPerSecond * (1 / rawRates[i] + 1 / rawRates[i + 1]) / 2));
        long run = slices.Sum(slice => slice.Rows.Run), padded = slices.Sum(slice => slice.Rows.Padded);
        return new ServiceReport(
            rates[best], service.Value, ratio.Value, [ratio.Low, ratio.High], (double)run / (run + padded),
            engine.RowsPerSecond, engine.Ratio.Value, [engine.Ratio.Low, engine.Ratio.High], engine.AllocatedBytesPerRun,
            engine.MeanAllocatedBytesPerRun, rates, source.Manifest.Id, best, target.Clients, slices.Length);
    }

    private async Task<(double[] Raw, ServiceSlice[] Slices)> CompareAsync(
        RawDenoiser raw, int bucket, double rate, double seconds, ProgressShare progress, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = target.Url, Timeout = Timeout.InfiniteTimeSpan };
        await using BenchedService? process = target.Url is null
            ? await BenchedService.StartAsync(
                target.Program ?? BenchedService.Find(), source.Folder, device with { Batch = bucket }, http, cancellationToken)
            : null;
        var load = new ServiceLoad(http, source.Manifest.Id, DefaultLabels.Of(source.Manifest, labels), target.Clients, time);
        double slice = Math.Max(seconds / (2 * WantedPairs), MinBatches * bucket / rate);
        int pairs = Math.Max(MinPairs, (int)(seconds / (2 * slice))) + WarmPairs, runs = (int)Math.Ceiling(slice * rate / bucket);
        try
        {
            List<double> rates = [Rate()];
            List<ServiceSlice> slices = [];
            while (slices.Count < pairs)
            {
                slices.Add(await load.RunAsync(TimeSpan.FromSeconds(slice), cancellationToken));
                rates.Add(Rate());
                progress.Report((double)slices.Count / pairs);
            }

            return ([.. rates.Skip(WarmPairs)], [.. slices.Skip(WarmPairs)]);
        }
        catch (HttpRequestException exception)
        {
            throw new EvaluationException($"The server at {http.BaseAddress} does not answer: {exception.Message}");
        }

        double Rate() => bucket * runs / raw.Run(bucket, runs);
    }
}
