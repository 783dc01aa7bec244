namespace DiffusionClassifier.Contracts;

/// <summary>The models that requests can name.</summary>
/// <param name="Models">In a stable order.</param>
public sealed record ModelList(IReadOnlyList<ModelDescription> Models);
