using DiffusionClassifier.Core.Models;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>Where a model's sessions run: a device with its provider.</summary>
internal sealed class DeviceTarget(DeviceOptions device, OnnxOptions options)
{
    /// <summary>No device gains from more rows, and their buffers would be gigabytes.</summary>
    public const int LargestBatch = 4096;

    private readonly ExecutionProvider _provider = ExecutionProviders.Find(device.Provider);

    public DeviceOptions Device => device;

    /// <summary>The batch sizes worth trying: powers of two up to the largest.</summary>
    public IReadOnlyList<int> Ladder
    {
        get
        {
            int largest = device.Batch ?? options.MaxBatch ?? _provider.MaxBatch;
            List<int> ladder = [];
            for (int size = 1; size < largest; size *= 2)
                ladder.Add(size);
            ladder.Add(largest);
            return ladder;
        }
    }

    /// <exception cref="OnnxRuntimeException">The device's provider is absent or does not load.</exception>
    public SessionOptions CreateSessionOptions()
    {
        OnnxRuntimeLibrary.EnsureStarted();
        var session = new SessionOptions
        {
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            // Spinning threads take whole cores from the web server between two calls.
            session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _provider.Configure(session, device, options);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
