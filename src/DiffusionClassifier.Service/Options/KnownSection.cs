namespace DiffusionClassifier.Service.Options;

/// <summary>A section of the settings that is this program's own.</summary>
/// <param name="Path">Its name; empty: the settings themselves, next to those of other programs.</param>
/// <param name="Type">What it becomes; anything that is not a property of it has no effect.</param>
internal sealed record KnownSection(string Path, Type Type);
