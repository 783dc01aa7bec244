namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What became of a request to a job.</summary>
/// <param name="News">How it stands; null where it was refused.</param>
/// <param name="Refusal">Why it was.</param>
[GenerateSerializer, Immutable, Alias("dc.job-reply")]
internal sealed record JobReply([property: Id(0)] JobNews? News, [property: Id(1)] JobRefusal Refusal = JobRefusal.None)
{
    /// <summary>What is wrong with the request, for the client, where <see cref="Refusal"/> is <see cref="JobRefusal.Invalid"/>.</summary>
    [Id(2)]
    public (string Field, string Detail) Reason { get; init; }

    public static JobReply Refused(JobRefusal refusal) => new(null, refusal);
}
