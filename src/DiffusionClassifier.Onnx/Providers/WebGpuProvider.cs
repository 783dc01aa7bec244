using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Models;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>Any device with a Vulkan (or Metal, Direct3D 12) driver, in builds of ONNX Runtime that have WebGPU.</summary>
internal sealed class WebGpuProvider : ExecutionProvider
{
    private const string Registered = "WebGPU"; // ONNX Runtime's name

    // Two sessions that run at once end the process (onnxruntime issue 32561): one device, one context, one call at a time.
    private static readonly Lock ProcessWide = new();

    public override string Name => "webgpu";

    /// <summary>As for CUDA; small devices stop earlier, by their time.</summary>
    public override int MaxBatch => 128;

    public override Lock? Gate => ProcessWide;

    public override string? Check(DeviceOptions device) => device.Id > 0
        ? $"The device {device.Name} cannot be chosen: WebGPU takes the driver's first adapter, whose id is 0."
        : base.Check(device);

    public override void Configure(SessionOptions session, DeviceOptions device, OnnxOptions options)
    {
        // Batches have few exact shapes: buffers of exact sizes are found again, where rounded-up ones pile up (onnxruntime issue 29016).
        session.AppendExecutionProvider(Registered, Merge(new() { ["storageBufferCacheMode"] = "simple" }, device));
        session.IntraOpNumThreads = 1; // as for CUDA
    }
}
