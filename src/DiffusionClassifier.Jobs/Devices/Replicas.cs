using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>
/// The replicas that are there now, and what each can do. Owns what it was told of them, for a few seconds; used by the grains of one silo,
/// thread-safe.
/// </summary>
internal sealed class Replicas(DeviceServiceClient services, IClusterMembershipService members, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5); // speeds and models change seldom

    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, (ReplicaReport Report, long Told)> _known = [];

    public IDeviceService On(Replica replica) => services.On(replica.Silo);

    /// <summary>Those that have a model, whatever its version.</summary>
    public async Task<IReadOnlyList<Replica>> WithAsync(string model)
    {
        SiloAddress[] silos =
        [
            .. members.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active)
                .Select(member => member.SiloAddress),
        ];
        ReplicaReport?[] reports = await Task.WhenAll(silos.Select(DescribeAsync));
        return
        [
            .. silos.Zip(reports)
                .Where(pair => pair.Second?.Models.ContainsKey(model) == true)
                .Select(pair => new Replica(pair.First, pair.Second!.Models[model])),
        ];
    }

    private async Task<ReplicaReport?> DescribeAsync(SiloAddress silo)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(silo, out (ReplicaReport Report, long Told) known) && time.GetElapsedTime(known.Told) < Fresh)
                return known.Report;
        }

        try
        {
            ReplicaReport report = await services.On(silo).DescribeAsync();
            lock (_gate)
                _known[silo] = (report, time.GetTimestamp());
            return report;
        }
        catch (Exception) // it is lost, or on its way out: membership will say so
        {
            return null;
        }
    }
}
