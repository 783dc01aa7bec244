namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>What one case feeds to the code under test.</summary>
/// <param name="Bytes">The input itself: enough to run the case again.</param>
/// <param name="Origin">What it was made from, for a reader of a failure.</param>
public sealed record FuzzInput(byte[] Bytes, string Origin);
