using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>
/// The replicas that are there now, and what each can do. Owns what it was told of them; thread-safe, for the grains of one silo alone: a
/// call from outside a grain is forwarded from replica to replica without end.
/// Nobody waits for another replica's answer: one that is slow to describe itself gets work later.
/// </summary>
internal sealed class Replicas(
    DeviceServiceClient services, LocalDevices devices, ILocalSiloDetails here, IClusterMembershipService members, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5); // speeds and models change seldom

    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, Known> _known = [];

    public IDeviceService On(Replica replica) => services.On(replica.Silo);

    /// <summary>Those that have a model, whatever its version; this one first.</summary>
    public async Task<IReadOnlyList<Replica>> WithAsync(string model)
    {
        List<Replica> replicas = [];
        if (devices.IsWarm(model))
            replicas.Add(new Replica(here.SiloAddress, await devices.DescribeAsync(model)));
        foreach ((SiloAddress silo, ReplicaReport report) in Others())
        {
            if (report.Models.TryGetValue(model, out ReplicaModel? there))
                replicas.Add(new Replica(silo, there));
        }

        return replicas;
    }

    private List<(SiloAddress Silo, ReplicaReport Report)> Others()
    {
        SiloAddress[] active =
        [
            .. members.CurrentSnapshot.Members.Values
                .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(here.SiloAddress))
                .Select(member => member.SiloAddress),
        ];
        List<(SiloAddress, ReplicaReport)> told = [];
        lock (_gate)
        {
            foreach (SiloAddress gone in _known.Keys.Except(active).ToArray())
                _known.Remove(gone);
            foreach (SiloAddress silo in active)
            {
                if (!_known.TryGetValue(silo, out Known? known))
                    _known[silo] = known = new Known();
                if (!known.IsAsked && (known.Told is not { } at || time.GetElapsedTime(at) >= Fresh))
                {
                    known.IsAsked = true;
                    _ = AskAsync(silo, known);
                }

                if (known.Report is { } report)
                    told.Add((silo, report));
            }
        }

        return told;
    }

    private async Task AskAsync(SiloAddress silo, Known known)
    {
        await Task.Yield(); // out of the lock
        ReplicaReport? report = null;
        try
        {
            report = await services.On(silo).DescribeAsync();
        }
        catch (Exception) // it is lost, or on its way out: membership will say so
        {
        }

        lock (_gate)
            (known.Report, known.Told, known.IsAsked) = (report, time.GetTimestamp(), false);
    }

    private sealed class Known
    {
        public ReplicaReport? Report { get; set; }

        public long? Told { get; set; }

        public bool IsAsked { get; set; }
    }
}
