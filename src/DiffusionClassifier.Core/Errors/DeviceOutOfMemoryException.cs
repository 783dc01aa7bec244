namespace DiffusionClassifier.Core.Errors;

/// <summary>
/// A device did not have enough memory for a call. Thrown by a <see cref="Models.IDiffusionModel"/>, whose session is then rebuilt for
/// smaller batches.
/// </summary>
public sealed class DeviceOutOfMemoryException(string message, Exception? innerException = null) : Exception(message, innerException);
