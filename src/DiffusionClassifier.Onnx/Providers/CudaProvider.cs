using System.Globalization;
using DiffusionClassifier.Core.Models;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>NVIDIA's devices: needs the provider's library next to ONNX Runtime's, CUDA, cuDNN and a driver.</summary>
internal sealed class CudaProvider : ExecutionProvider
{
    private const string DeviceId = "device_id"; // ONNX Runtime's word

    /// <summary>Its name.</summary>
    public const string Word = "cuda";

    public override string Name => Word;

    /// <summary>
    /// Where small U-Nets are still gaining. The sweep at start stops where a model does not, or takes too long, or does not fit.
    /// </summary>
    public override int MaxBatch => 128;

    public override string? Check(DeviceOptions device) => device.Settings?.ContainsKey(DeviceId) == true
        ? $"The device {device.Name} has the setting {DeviceId}: set the device's Id instead."
        : base.Check(device);

    public override void Configure(SessionOptions session, DeviceOptions device, OnnxOptions options)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(Merge(Defaults(device.Id), device));
        session.AppendExecutionProvider_CUDA(cuda);
        session.IntraOpNumThreads = 1; // the CPU only launches kernels and computes shapes
        // Weights stay as long as the session: outside of the arena they cannot fragment it.
        session.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
    }

    private static Dictionary<string, string> Defaults(int id) => new()
    {
        [DeviceId] = id.ToString(CultureInfo.InvariantCulture),
        ["arena_extend_strategy"] = "kSameAsRequested", // batches have few exact shapes: doubling would only waste memory
        ["cudnn_conv_algo_search"] = "HEURISTIC", // a search by measuring costs minutes at start, and which is faster depends on the model
        ["cudnn_conv_use_max_workspace"] = "1", // without it the fast half-precision algorithms are out of reach
        ["use_tf32"] = "0", // 10 bits of a float32 product are too few for the differences between labels; models for speed are float16
        ["do_copy_in_default_stream"] = "1", // copies are a thousandth of a call: nothing to overlap, and no races
    };
}
