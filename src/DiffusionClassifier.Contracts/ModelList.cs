namespace DiffusionClassifier.Contracts;

/// <summary>The models that requests can name.</summary>
/// <param name="Models">In a stable order.</param>
/// <param name="Refused">Those that exist but cannot be used, and why.</param>
public sealed record ModelList(IReadOnlyList<ModelDescription> Models, IReadOnlyList<ModelRefusal> Refused);
