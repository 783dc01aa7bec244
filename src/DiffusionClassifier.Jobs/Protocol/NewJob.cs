using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>A request as it is stored.</summary>
/// <param name="Line">What was asked, by whom, and the images.</param>
/// <param name="Question">SHA-256 of all of it, in hexadecimal.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="FixedRows">What it costs at most.</param>
[GenerateSerializer, Immutable, Alias("dc.new-job")]
internal sealed record NewJob(
    [property: Id(0)] StoredLine Line, [property: Id(1)] string Question, [property: Id(2)] string Model, [property: Id(3)] long FixedRows);
