namespace DiffusionClassifier.Contracts;

/// <summary>A job: a request that is stored before it is accepted, and answered even if the server is lost meanwhile.</summary>
/// <param name="Id">Names it: <c>/jobs/{id}</c>.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Created">When it was accepted.</param>
/// <param name="Ended">When it had its answer or error, or was canceled; null: not yet.</param>
/// <param name="Expires">When it is forgotten; null: not before it has ended.</param>
/// <param name="Rows">Rows (denoiser evaluations) that are done.</param>
/// <param name="FixedRows">Rows that all labels on all trials cost: the most that it can cost.</param>
/// <param name="SecondsLeft">An estimate by its speed so far, if no label is eliminated any more; null where there is none.</param>
/// <param name="Answer">The answer; while it runs the best so far, whose <c>decision.complete</c> is false; null: none yet.</param>
/// <param name="Error">Why it failed; else null.</param>
public sealed record JobDescription(
    string Id,
    JobStatus Status,
    string Model,
    DateTimeOffset Created,
    DateTimeOffset? Ended,
    DateTimeOffset? Expires,
    int Rows,
    int FixedRows,
    double? SecondsLeft,
    ClassificationResult? Answer,
    JobError? Error)
{
    /// <summary>The answer to a request to match images with captions; null: none yet, or another request.</summary>
    public MatchResult? Match { get; init; }
}
