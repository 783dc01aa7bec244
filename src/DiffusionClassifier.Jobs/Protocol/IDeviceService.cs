using DiffusionClassifier.Jobs.State;
using Orleans.Services;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>The devices of one replica. One service for each silo; it starts and stops with it.</summary>
[Alias("dc.IDeviceService")]
internal interface IDeviceService : IGrainService
{
    /// <summary>Which models it runs, and how fast.</summary>
    [Alias("DescribeAsync")]
    Task<ReplicaReport> DescribeAsync();

    /// <summary>Runs a part of a job's rows as bulk work. The call is the lease: it ends with the rows, or with the replica.</summary>
    [ResponseTimeout("04:00:00")]
    [Alias("ComputeAsync")]
    Task<BlockReply> ComputeAsync(BlockCall call, CancellationToken cancellationToken);

    /// <summary>Answers whole requests as bulk work. The call is the lease, as above.</summary>
    [ResponseTimeout("04:00:00")]
    [Alias("AnswerAsync")]
    Task<LineResult[]> AnswerAsync(PartCall call, CancellationToken cancellationToken);
}
