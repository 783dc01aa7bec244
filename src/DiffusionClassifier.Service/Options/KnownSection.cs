namespace DiffusionClassifier.Service.Options;

/// <summary>A section of the settings that is this program's own.</summary>
/// <param name="Path">Its name; empty: the settings themselves, where others' stand beside ours.</param>
/// <param name="Type">What it becomes; whatever is no property of it has no effect.</param>
internal sealed record KnownSection(string Path, Type Type);
