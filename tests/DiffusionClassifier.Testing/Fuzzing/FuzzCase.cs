namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>An input with the choices that it was made of.</summary>
public sealed record FuzzCase(IReadOnlyList<ulong> Choices, FuzzInput Input);
