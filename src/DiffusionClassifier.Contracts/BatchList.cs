namespace DiffusionClassifier.Contracts;

/// <summary>A page of the caller's batches, newest first.</summary>
/// <param name="Batches">The batches.</param>
/// <param name="Next">What to send as <c>before</c> for the next page; null: this is the last one.</param>
public sealed record BatchList(IReadOnlyList<BatchDescription> Batches, string? Next);
