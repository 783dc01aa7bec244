using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>A few requests on their way to a replica, which reads them from the store.</summary>
/// <param name="Owner">The grain that has them.</param>
/// <param name="Part">Which of its parts.</param>
/// <param name="Template">What is asked where a request does not say so itself.</param>
/// <param name="Models">The models' fingerprints: a replica that has others must not answer.</param>
/// <param name="IsLastTry">Whether a failure of the model is a result.</param>
[GenerateSerializer, Immutable, Alias("dc.part-call")]
internal sealed record PartCall(
    [property: Id(0)] GrainId Owner,
    [property: Id(1)] int Part,
    [property: Id(2)] StoredRequest? Template,
    [property: Id(3)] Dictionary<string, string> Models,
    [property: Id(4)] bool IsLastTry)
{
    /// <summary><see cref="WorkRecord.Runs"/> of the run that hands it out.</summary>
    [Id(5)]
    public int Run { get; init; }
}
