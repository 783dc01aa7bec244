namespace DiffusionClassifier.Contracts;

/// <summary>A page of the caller's jobs, newest first.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Next">What to send as <c>before</c> for the next page; null: this is the last one.</param>
public sealed record JobList(IReadOnlyList<JobDescription> Jobs, string? Next);
