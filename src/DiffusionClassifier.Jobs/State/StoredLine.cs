namespace DiffusionClassifier.Jobs.State;

/// <summary>One request of a batch.</summary>
/// <param name="CustomId">The client's name for it.</param>
/// <param name="IsMatch">Whether images are matched with captions.</param>
/// <param name="Request">What is asked; null: the batch's template.</param>
/// <param name="Images">The image files.</param>
[GenerateSerializer, Immutable, Alias("dc.line")]
internal sealed record StoredLine(
    [property: Id(0)] string CustomId,
    [property: Id(1)] bool IsMatch,
    [property: Id(2)] StoredRequest? Request,
    [property: Id(3)] byte[][] Images);
