namespace DiffusionClassifier.Core.Errors;

/// <summary>
/// A model cannot work here. The message names what is at fault and the reason, and says what to do, if anything can be done.
/// </summary>
public abstract class UnusableModelException(string message, Exception? innerException) : Exception(message, innerException);
