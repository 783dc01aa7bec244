using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>A request as it is stored.</summary>
/// <param name="Request">What was asked, and by whom.</param>
/// <param name="Image">The image file.</param>
/// <param name="Question">SHA-256 of both, in hexadecimal.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="FixedRows">What it costs at most.</param>
[GenerateSerializer, Immutable, Alias("dc.new-job")]
internal sealed record NewJob(
    [property: Id(0)] StoredRequest Request,
    [property: Id(1)] byte[] Image,
    [property: Id(2)] string Question,
    [property: Id(3)] string Model,
    [property: Id(4)] int FixedRows);
