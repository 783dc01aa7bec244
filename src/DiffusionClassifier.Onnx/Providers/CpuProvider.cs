using DiffusionClassifier.Core.Models;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>The processor. Every build of ONNX Runtime has it.</summary>
internal sealed class CpuProvider : ExecutionProvider
{
    public override string Name => DeviceOptions.Cpu;

    /// <summary>Past 32 rows a processor gains nothing, and requests wait longer for their turn.</summary>
    public override int MaxBatch => 32;

    public override string? Check(DeviceOptions device) => device.Settings is { Count: > 0 }
        ? $"The device {device.Name} has settings, and the processor takes none: its threads are set by Onnx:Threads."
        : base.Check(device);

    public override void Configure(SessionOptions session, DeviceOptions device, OnnxOptions options) =>
        session.IntraOpNumThreads = options.EffectiveThreads;
}
