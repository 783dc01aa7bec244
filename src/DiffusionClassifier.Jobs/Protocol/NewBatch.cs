using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What is known of a batch when all of it has been sent.</summary>
/// <param name="Question">SHA-256 of what was sent, in hexadecimal.</param>
/// <param name="Template">As <see cref="BatchRecord.Template"/>.</param>
/// <param name="Models">As <see cref="BatchRecord.Models"/>.</param>
/// <param name="FixedRows">What it costs at most.</param>
/// <param name="Key">As <see cref="BatchRecord.Key"/>.</param>
[GenerateSerializer, Immutable, Alias("dc.new-batch")]
internal sealed record NewBatch(
    [property: Id(0)] string Question,
    [property: Id(1)] StoredRequest? Template,
    [property: Id(2)] Dictionary<string, string> Models,
    [property: Id(3)] long FixedRows,
    [property: Id(4)] string? Key);
