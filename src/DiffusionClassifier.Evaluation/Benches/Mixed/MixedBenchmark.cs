using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Engines;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>
/// What large requests do to small ones, policy by policy: the real engine on the real model in real time, with 0, 1, 4 and 16 bulk
/// requests that never end, and small ones at a quarter of what the engine can do.
/// </summary>
public sealed class MixedBenchmark(
    IModelSource source, DeviceOptions device, IReadOnlyList<string>? labels, ILoggerFactory loggers, TimeProvider time)
{
    private const int SmallRows = 100; // about: ten classes, ten trials; a few full batches and part of one
    private const double SmallLoad = 0.25; // of the capacity: well inside the 60% that interactive requests may count on
    private const double Endless = 10; // times what the device can run in that time: the capacity may have been measured at a bad moment
    private const double Grace = 0.5; // of a situation's time, for the last small requests

    // As shares of one situation's time: what precedes them, once under each policy.
    private const double IsolatedPart = 0.5, CapacityPart = 0.5;

    private static readonly int[] Bigs = [0, 1, 4, 16];
    private static readonly (SharingPolicy Policy, string Name)[] Policies =
    [
        (SharingPolicy.Fair, "fair"), (SharingPolicy.Fifo, "fifo"), (SharingPolicy.RoundRobin, "round-robin"),
    ];

    // In units of one situation's time. Only those grace periods count in which nothing is answered: FIFO's with large requests.
    private static readonly double Units =
        CapacityPart + Policies.Length * (IsolatedPart + Bigs.Length) + Grace * Bigs.Count(big => big > 0);

    private readonly IReadOnlyList<LabelSpec>? _labels = DefaultLabels.Of(source.Manifests[0], labels);
    private readonly int _labelCount = DefaultLabels.Count(source.Manifests[0], labels);

    public async Task<MixedReport> RunAsync(double seconds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using IDiffusionModel loaded = source.Open(source.Manifests[0].Id, device);
        int bucket = BucketSweep.FindLargest(loaded, time); // as the service chooses it, but once, so that all policies have the same
        var model = new BorrowedModel(loaded, loaded.Buckets);
        double situation = seconds / Units, capacity = await CapacityAsync(model, bucket, situation * CapacityPart, cancellationToken);

        int smallTrials = Math.Max(1, SmallRows / _labelCount);
        double smallRate = SmallLoad * capacity / (smallTrials * _labelCount);
        List<MixedResult> results = [];
        foreach ((SharingPolicy policy, string name) in Policies)
        {
            using MixedEngine engine = Create(model, bucket, policy, smallTrials);
            await engine.StartAsync(cancellationToken);
            var phase = new MixedPhase(engine, EndlessTrials(capacity, situation), time);
            double isolated = Percentile.Of(await phase.RunIsolatedAsync(situation * IsolatedPart, cancellationToken), 0.99)!.Value;
            foreach (int big in Bigs)
            {
                MixedOutcome outcome = await phase.RunAsync(big, smallRate, situation, situation * Grace, cancellationToken);
                results.Add(Result(name, big, isolated, outcome));
                progress.Report((double)results.Count / (Policies.Length * Bigs.Length));
            }
        }

        return new MixedReport(source.Manifests[0].Id, bucket, capacity, smallTrials * _labelCount, smallRate, results);
    }

    private static MixedResult Result(string policy, int big, double isolated, MixedOutcome outcome)
    {
        double? p99 = Percentile.Of(outcome.Latencies, 0.99);
        return new MixedResult(
            policy, big, Percentile.Of(outcome.Latencies, 0.5), p99, isolated, p99 / isolated,
            JainIndex.Of(outcome.BigRates), outcome.RowsPerSecond, outcome.Latencies.Count, outcome.Latencies.Count(double.IsFinite));
    }

    private async Task<double> CapacityAsync(BorrowedModel model, int bucket, double seconds, CancellationToken cancellationToken)
    {
        using MixedEngine engine = Create(model, bucket, SharingPolicy.Fair, smallTrials: 1);
        await engine.StartAsync(cancellationToken);
        int trials = Trials(EngineSession.Options.MaxRowsPerRequest);
        MixedOutcome outcome = await new MixedPhase(engine, trials, time)
            .RunAsync(big: 1, smallRate: 0, seconds, grace: 0, cancellationToken);
        return outcome.RowsPerSecond;
    }

    private MixedEngine Create(BorrowedModel model, int bucket, SharingPolicy policy, int smallTrials) =>
        new(model, bucket, policy, _labels, smallTrials, loggers, time);

    private int EndlessTrials(double capacity, double situation) =>
        Trials(Math.Min(Endless * capacity * situation * (1 + Grace), EngineSession.Options.MaxRowsPerRequest));

    private int Trials(double rows) => Math.Max(1, (int)(rows / _labelCount));
}
