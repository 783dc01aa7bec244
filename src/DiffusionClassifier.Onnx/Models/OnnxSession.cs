using DiffusionClassifier.Onnx.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>One ONNX Runtime session: its options, its lifetime, and the translation of its load errors, in one place.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly RunOptions _runOptions = new();

    /// <exception cref="BundleException">ONNX Runtime refuses the file, or its library is missing.</exception>
    public OnnxSession(string file, OnnxOptions options)
    {
        try
        {
            using SessionOptions sessionOptions = CreateOptions(options);
            Session = new InferenceSession(file, sessionOptions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BundleException(file, $"ONNX Runtime cannot load it: {exception.Message}", exception);
        }
        catch (TypeInitializationException exception) when (exception.GetBaseException() is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new BundleException(file, $"the ONNX Runtime library cannot be loaded: {exception.GetBaseException().Message}", exception);
        }
    }

    public InferenceSession Session { get; }

    /// <summary>Runs the graph on bound buffers; blocks until the outputs are written.</summary>
    public void Run(OrtIoBinding binding) => Session.RunWithBinding(_runOptions, binding);

    public void Dispose()
    {
        _runOptions.Dispose();
        Session.Dispose();
    }

    private static SessionOptions CreateOptions(OnnxOptions options)
    {
        var sessionOptions = new SessionOptions
        {
            IntraOpNumThreads = options.EffectiveThreads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Spinning threads take whole cores from the web server between two calls.
        sessionOptions.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return sessionOptions;
    }
}
