using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Onnx.Files;

/// <summary>
/// A model bundle cannot work. The message names the file and the reason, and says what to do where something can be done.
/// </summary>
public sealed class BundleException(string file, string reason, Exception? innerException = null)
    : UnusableModelException($"{file}: {reason}", innerException)
{
    /// <summary>The file or folder at fault.</summary>
    public string File { get; } = file;

    public string Reason { get; } = reason;
}
