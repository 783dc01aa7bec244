namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// The calls of a graph cannot be captured: part of it runs on the processor, or its course depends on its numbers. It can run without.
/// </summary>
/// <param name="reason">ONNX Runtime's words.</param>
/// <param name="cause">Its exception.</param>
internal sealed class CaptureRefusedException(string reason, Exception? cause = null) : Exception(reason, cause)
{
    // ONNX Runtime has no error code for it: only the text says so. inference_session.cc: "This session cannot use the graph capture
    // feature…", "…the CUDA Graph feature…"; CUDA: "operation not permitted when stream is capturing", "…would make the legacy stream
    // depend on a capturing blocking stream", "operation failed due to a previous error during capture".
    private static readonly string[] Phrases = ["graph capture", "CUDA graph", "capturing", "during capture"];

    /// <summary>Whether an error of ONNX Runtime is that.</summary>
    public static bool IsMeant(string message) => Phrases.Any(phrase => message.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
