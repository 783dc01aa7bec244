namespace DiffusionClassifier.Core.Errors;

/// <summary>An expected failure. <see cref="Exception.Message"/> is written for the caller: it says what is wrong and what to do.</summary>
public sealed class ClassificationException : Exception
{
    public ClassificationException(ClassificationError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    public ClassificationError Error { get; }

    /// <summary>The request field that is at fault, if one is.</summary>
    public string? Field { get; init; }

    /// <summary>Whether an image file is at fault, whatever the name of its field.</summary>
    public bool IsAboutImage => Error is ClassificationError.MissingImage or ClassificationError.UnsupportedImageFormat
        or ClassificationError.InvalidImage or ClassificationError.ImageTooLarge;

    /// <summary>
    /// When a retry makes sense, for <see cref="ClassificationError.Overloaded"/>, <see cref="ClassificationError.QuotaExceeded"/> and
    /// <see cref="ClassificationError.Draining"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }
}
