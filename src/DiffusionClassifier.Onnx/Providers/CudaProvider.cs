using System.Globalization;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Devices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>NVIDIA's devices: needs the provider's library next to ONNX Runtime's, CUDA, cuDNN and a driver.</summary>
internal sealed class CudaProvider : ExecutionProvider
{
    // ONNX Runtime's words
    private const string DeviceId = "device_id", On = "1", Off = "0";

    /// <summary>Its name.</summary>
    public const string Word = "cuda";

    /// <summary>The setting that has calls recorded and replayed; <c>0</c> of a device's own settings forbids it.</summary>
    public const string Capture = "enable_cuda_graph";

    /// <summary>The setting that lets convolutions see channels last; not set: whichever is faster.</summary>
    public const string ChannelsLast = "prefer_nhwc";

    public override string Name => Word;

    /// <summary>
    /// Where small U-Nets are still gaining. The sweep at start stops where a model does not, or takes too long, or does not fit.
    /// </summary>
    public override int MaxBatch => 512;

    public override string? Check(DeviceOptions device) => device.Settings?.ContainsKey(DeviceId) == true
        ? $"The device {device.Name} has the setting {DeviceId}: set the device's Id instead."
        : base.Check(device);

    public override IDeviceMemory OpenMemory(DeviceOptions device) => new CudaMemory(device.Id);

    public override void Configure(SessionOptions session, DeviceOptions device, OnnxOptions options, SessionNeeds needs)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(Settings(device, needs));
        session.AppendExecutionProvider_CUDA(cuda);
        session.IntraOpNumThreads = 1; // the CPU only launches kernels and computes shapes
        // Weights stay as long as the session: outside of the arena they cannot fragment it.
        session.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
    }

    /// <summary>The provider's options for a session: ours by its needs, with the device's own over them.</summary>
    internal static Dictionary<string, string> Settings(DeviceOptions device, SessionNeeds needs)
    {
        Dictionary<string, string> settings = Defaults(device.Id);
        // Without it ONNX Runtime leaves out all of cuDNN's engines that use tensor cores, for half precision as well, which has no others.
        // In float32, 10 bits of a product are too few for the differences between labels.
        settings["use_tf32"] = needs.Half ? On : Off;
        settings[ChannelsLast] = needs.ChannelsLast ? On : Off;
        settings = Merge(settings, device);
        settings[Capture] = needs.Capture ? On : Off; // it takes more than the option: the tensors must not move
        return settings;
    }

    private static Dictionary<string, string> Defaults(int id) => new()
    {
        [DeviceId] = id.ToString(CultureInfo.InvariantCulture),
        ["arena_extend_strategy"] = "kSameAsRequested", // batches have few exact shapes: doubling would only waste memory
        ["cudnn_conv_algo_search"] = "HEURISTIC", // a search by measuring costs minutes at start, and which is faster depends on the model
        ["cudnn_conv_use_max_workspace"] = "1", // without it the fast half-precision algorithms are out of reach
        ["do_copy_in_default_stream"] = "1", // copies are a thousandth of a call: nothing to overlap, and no races
    };
}
