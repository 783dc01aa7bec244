namespace DiffusionClassifier.Cli.Errors;

/// <summary>The caller asked for something that cannot be done. The message is one line that says what to do.</summary>
internal sealed class UserException(string message) : Exception(message);
