namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>An invariant is broken: the message says which, and how to run the case again.</summary>
public sealed class FuzzException(string message, Exception? innerException = null) : Exception(message, innerException);
