using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>
/// Hands parts of whole requests out to the replicas until all are done. Runs on its grain's scheduler, which is the only one to use it.
/// </summary>
/// <param name="context">What all jobs of a replica use.</param>
/// <param name="grain">Whose parts.</param>
/// <param name="template">What is asked where a request does not say so itself.</param>
/// <param name="models">The models and their fingerprints: whose results count.</param>
/// <param name="done">Of each part, whether it is done; kept up to date.</param>
/// <param name="run"><see cref="WorkRecord.Runs"/> of this run.</param>
/// <param name="take">Takes the results of a part.</param>
internal sealed class PartsRun(
    JobContext context, GrainId grain, StoredRequest? template, Dictionary<string, string> models, bool[] done, int run,
    Func<int, LineResult[], Task> take)
{
    // One runs, the next one waits there: the replica's devices never wait for a call.
    private const int PartsPerReplica = 2;

    private const int MostFailures = 3; // of a part, before its errors are its results: one replica's model may be out of order

    private readonly Calls<int, LineResult[]> _calls = new(context.Supplies.Time);
    private readonly Queue<int> _lost = new();
    private readonly Dictionary<int, int> _failures = [];
    private int _next;

    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (done.Contains(false))
        {
            await Task.Yield(); // parts that are done at once would keep every other call of the grain waiting
            stop.ThrowIfCancellationRequested();
            await HandOutAsync(stop);
            await _calls.AnyAsync(stop);
            foreach (Calls<int, LineResult[]>.Call call in _calls.TakeCompleted())
                await CollectAsync(call);
        }
    }

    private async Task HandOutAsync(CancellationToken stop)
    {
        IReadOnlyList<Replica> replicas = await ReplicasAsync();
        for (int round = 0; round < PartsPerReplica; round++)
        {
            foreach (Replica replica in replicas)
            {
                if (_calls.At(replica) <= round && Next() is { } part)
                {
                    bool isLastTry = _failures.GetValueOrDefault(part) >= MostFailures - 1;
                    var call = new PartCall(grain, part, template, models, isLastTry) { Run = run };
                    _calls.Add(replica, part, context.Supplies.Replicas.On(replica).AnswerAsync(call, stop));
                }
            }
        }
    }

    // Those that have all of the models, in the versions that count.
    private async Task<IReadOnlyList<Replica>> ReplicasAsync()
    {
        IEnumerable<Replica>? replicas = null;
        foreach ((string model, string fingerprint) in models)
        {
            IReadOnlyList<Replica> with = await context.Supplies.Replicas.WithAsync(model);
            Replica[] same = [.. with.Where(replica => replica.Model.Fingerprint == fingerprint)];
            replicas = replicas?.IntersectBy(same.Select(replica => replica.Silo), replica => replica.Silo) ?? same;
        }

        return [.. replicas!.Where(replica => !_calls.IsPaused(replica))];
    }

    private int? Next()
    {
        if (_lost.TryDequeue(out int lost))
            return lost;
        while (_next < done.Length && done[_next])
            _next++;
        return _next < done.Length ? _next++ : null;
    }

    private async Task CollectAsync(Calls<int, LineResult[]>.Call call)
    {
        if (call.Reply.IsCompletedSuccessfully)
        {
            LineResult[] results = await call.Reply;
            await take(call.Work, results);
            done[call.Work] = true;
            context.Changed();
            return;
        }

        _lost.Enqueue(call.Work);
        _calls.Failed(call.Replica);
        Exception? reason = call.Reply.Exception?.GetBaseException();
        if (reason is not (null or SiloUnavailableException)) // null: it was canceled there, which says nothing of the part
            _failures[call.Work] = _failures.GetValueOrDefault(call.Work) + 1;
        if (reason is not null)
            context.LogLost(grain.Key.ToString()!, call.Replica.Silo, reason);
    }
}
