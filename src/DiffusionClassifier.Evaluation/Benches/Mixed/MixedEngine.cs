using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>An engine with one of the sharing policies on a model that is loaded already, and the two kinds of requests to it.</summary>
internal sealed class MixedEngine : IDisposable
{
    private const string Small = "small"; // the tenant of all small requests

    private readonly BenchEngine _engine;
    private readonly IReadOnlyList<LabelSpec>? _labels;
    private readonly int _smallTrials;

    public MixedEngine(
        BorrowedModel model,
        int bucket,
        SharingPolicy policy,
        IReadOnlyList<LabelSpec>? labels,
        int smallTrials,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        (_labels, _smallTrials) = (labels, smallTrials);
        var options = EngineSession.Options with { Policy = policy, Devices = [new DeviceOptions { Batch = bucket }] };
        _engine = new BenchEngine(model, options, time, loggers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _engine.StartAsync(cancellationToken);

    /// <summary>An interactive request; completes with its answer.</summary>
    public Task AskSmallAsync(ulong seed, RowCounter rows, CancellationToken cancellationToken) =>
        AskAsync(Small, _smallTrials, PriorityClass.Interactive, seed, rows, cancellationToken);

    /// <summary>A bulk request of a tenant of its own, which runs until it is canceled and then completes without an exception.</summary>
    /// <param name="number">Number of the tenant.</param>
    /// <param name="trials">More than can be run.</param>
    /// <param name="rows">Counts the rows that it gets.</param>
    /// <param name="stop">Ends it.</param>
    public async Task AskBigAsync(int number, int trials, RowCounter rows, CancellationToken stop)
    {
        try
        {
            await AskAsync($"big {number}", trials, PriorityClass.Bulk, (ulong)number, rows, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => _engine.Dispose();

    private async Task AskAsync(
        string tenant, int trials, PriorityClass priority, ulong seed, RowCounter rows, CancellationToken cancellationToken)
    {
        var request = new ClassificationRequest
        {
            Image = default,
            Strategy = Strategy.Fixed,
            Labels = _labels,
            Trials = trials,
            Seed = seed,
            Priority = priority,
        };
        await _engine.Engine.Submit(new Submission(request) { Caller = new Caller(tenant) }, cancellationToken).FollowAsync(rows);
    }
}
