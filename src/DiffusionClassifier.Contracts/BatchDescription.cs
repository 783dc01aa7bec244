namespace DiffusionClassifier.Contracts;

/// <summary>A batch: many requests that are accepted together, and answered even if the server is lost meanwhile.</summary>
/// <param name="Id">Names it: <c>/batches/{id}</c>.</param>
/// <param name="Status">Where it stands; with the word succeeded, each request has an answer or an error of its own.</param>
/// <param name="Created">When it was accepted.</param>
/// <param name="Ended">When its last request was answered, or it was canceled; null: not yet.</param>
/// <param name="Expires">When it is forgotten, results included; null: not before it has ended.</param>
/// <param name="Total">How many requests it has.</param>
/// <param name="Succeeded">How many have an answer.</param>
/// <param name="Failed">How many have an error.</param>
/// <param name="FixedRows">Rows (denoiser evaluations) that it costs at most.</param>
/// <param name="SecondsLeft">An estimate by its speed so far; null where there is none.</param>
/// <param name="Error">Why it failed as a whole; else null.</param>
public sealed record BatchDescription(
    string Id,
    JobStatus Status,
    DateTimeOffset Created,
    DateTimeOffset? Ended,
    DateTimeOffset? Expires,
    int Total,
    int Succeeded,
    int Failed,
    long FixedRows,
    double? SecondsLeft,
    JobError? Error);
