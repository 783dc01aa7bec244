using DiffusionClassifier.Jobs.Devices;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>What one job has handed out to replicas and is waiting for. Owned by the job's run.</summary>
/// <typeparam name="TWork">What was handed out.</typeparam>
/// <typeparam name="TReply">What comes back.</typeparam>
internal sealed class Calls<TWork, TReply>(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1); // of a replica that failed a call
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250); // for replicas that came or went

    private readonly List<Call> _out = [];
    private readonly Dictionary<SiloAddress, long> _failed = [];

    public int Count => _out.Count;

    /// <summary>How many of them a replica has.</summary>
    public int At(Replica replica) => _out.Count(call => call.Replica.Silo.Equals(replica.Silo));

    /// <summary>Whether the replica has failed just now.</summary>
    public bool IsPaused(Replica replica) =>
        _failed.TryGetValue(replica.Silo, out long since) && time.GetElapsedTime(since) < Pause;

    public void Add(Replica replica, TWork work, Task<TReply> reply) => _out.Add(new Call(replica, work, reply));

    /// <summary>Until one of them is back, or it is time to look for other replicas.</summary>
    public Task AnyAsync(CancellationToken stop) => Task.WhenAny([.. _out.Select(call => call.Reply), Task.Delay(Poll, time, stop)]);

    /// <summary>Those that are back, or lost.</summary>
    public IReadOnlyList<Call> TakeCompleted()
    {
        Call[] completed = [.. _out.Where(call => call.Reply.IsCompleted)];
        foreach (Call call in completed) // these alone: another one may be back by now
            _out.Remove(call);
        return completed;
    }

    /// <summary>The replica gets nothing for a moment.</summary>
    public void Failed(Replica replica) => _failed[replica.Silo] = time.GetTimestamp();

    public sealed record Call(Replica Replica, TWork Work, Task<TReply> Reply);
}
