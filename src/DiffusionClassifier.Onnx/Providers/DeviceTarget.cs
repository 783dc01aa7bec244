using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Devices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>Where a model's sessions run: a device with its provider.</summary>
internal sealed class DeviceTarget(DeviceOptions device, OnnxOptions options)
{
    /// <summary>No device gains from more rows, and their buffers would be gigabytes.</summary>
    public const int LargestBatch = 4096;

    private const long LargestLength = 1 << 24; // 64 MB in float32, which each of a device's two batches takes on either side

    private const long LargestFeatures = 1 << 28; // 1 GB in float32, of the device's memory only

    // As ONNX Runtime reads them (parse_string.h).
    private static readonly string[] On = ["1", "true", "True"], Off = ["0", "false", "False"];

    private const int SmallBatch = 32; // whatever its rows: what a CPU runs

    private readonly ExecutionProvider _provider = ExecutionProviders.Find(device.Provider);

    public DeviceOptions Device => device;

    /// <summary>The batch sizes worth trying: powers of two up to the largest.</summary>
    /// <param name="rowLength">Numbers that a row is given.</param>
    /// <param name="featureLength">Numbers that one graph leaves for another, for each row.</param>
    public IReadOnlyList<int> LadderFor(long rowLength, long featureLength = 0)
    {
        int largest = device.Batch ?? options.MaxBatch ?? Suited(rowLength, featureLength);
        List<int> ladder = [];
        for (int size = 1; size < largest; size *= 2)
            ladder.Add(size);
        ladder.Add(largest);
        return ladder;
    }

    /// <summary>Whether the device's settings say anything of an option.</summary>
    public bool IsSet(string setting) => device.Settings?.ContainsKey(setting) == true;

    /// <summary>Whether the device's settings switch an option on.</summary>
    public bool Wants(string setting) => IsSet(setting) && On.Contains(device.Settings![setting]);

    /// <summary>Whether the device's settings switch an option off.</summary>
    public bool Forbids(string setting) => IsSet(setting) && Off.Contains(device.Settings![setting]);

    /// <inheritdoc cref="ExecutionProvider.OpenMemory"/>
    public IDeviceMemory? OpenMemory() => _provider.OpenMemory(device);

    /// <exception cref="OnnxRuntimeException">The device's provider is absent or does not load.</exception>
    public SessionOptions CreateSessionOptions(SessionNeeds needs)
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
            _provider.Configure(session, device, options, needs);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private int Suited(long rowLength, long featureLength)
    {
        int size = _provider.MaxBatch;
        while (size > SmallBatch && (size * rowLength > LargestLength || size * featureLength > LargestFeatures))
            size /= 2;
        return size;
    }
}
