using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Devices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>One of ONNX Runtime's ways to run a graph, with the options that suit a denoiser. Stateless.</summary>
internal abstract class ExecutionProvider
{
    /// <summary>As in <see cref="DeviceOptions.Provider"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The largest batch worth trying, unless configured otherwise.</summary>
    public abstract int MaxBatch { get; }

    /// <summary>What is wrong with a device's options, as a sentence; null: nothing.</summary>
    public virtual string? Check(DeviceOptions device) => device switch
    {
        { Id: < 0 } => $"The device {device.Name} has a negative id: devices count from 0.",
        { Batch: < 1 or > DeviceTarget.LargestBatch } =>
            $"The device {device.Name} has {device.Batch} as its largest batch: it must be from 1 to {DeviceTarget.LargestBatch}.",
        _ => null,
    };

    /// <summary>The device's memory, for graphs that are captured; null: they run in the host's memory.</summary>
    /// <exception cref="DeviceException">The device refuses.</exception>
    /// <exception cref="DllNotFoundException">The device's own library is not on the library path.</exception>
    public virtual IDeviceMemory? OpenMemory(DeviceOptions device) => null;

    /// <summary>Makes a session run on the device.</summary>
    /// <exception cref="OnnxRuntimeException">The provider's library is absent or does not load, or a setting is unknown.</exception>
    public abstract void Configure(SessionOptions session, DeviceOptions device, OnnxOptions options, SessionNeeds needs);

    /// <summary>Our options with the device's settings over them.</summary>
    protected static Dictionary<string, string> Merge(Dictionary<string, string> options, DeviceOptions device)
    {
        foreach ((string key, string value) in device.Settings ?? new Dictionary<string, string>())
            options[key] = value;
        return options;
    }
}
