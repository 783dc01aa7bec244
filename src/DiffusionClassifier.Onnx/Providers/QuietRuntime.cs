using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>Keeps ONNX Runtime from logging, until disposed.</summary>
internal sealed class QuietRuntime : IDisposable
{
    private readonly OrtLoggingLevel _level = OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel;

    public QuietRuntime() => OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;

    public void Dispose() => OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel = _level;
}
