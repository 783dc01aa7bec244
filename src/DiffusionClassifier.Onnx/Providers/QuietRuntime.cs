using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>Keeps ONNX Runtime from writing to standard error, until disposed.</summary>
internal sealed class QuietRuntime : IDisposable
{
    private readonly OrtLoggingLevel _level = OrtEnv.Instance().EnvLogLevel;

    public QuietRuntime() => OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;

    public void Dispose() => OrtEnv.Instance().EnvLogLevel = _level;
}
