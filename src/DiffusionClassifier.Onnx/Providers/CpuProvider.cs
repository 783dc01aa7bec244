using DiffusionClassifier.Core.Models;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>The CPU. Every build of ONNX Runtime has it.</summary>
internal sealed class CpuProvider : ExecutionProvider
{
    public override string Name => DeviceOptions.Cpu;

    /// <summary>Beyond 32 rows a CPU gains nothing, and requests wait longer for their turn.</summary>
    public override int MaxBatch => 32;

    public override string? Check(DeviceOptions device) => device.Settings is { Count: > 0 }
        ? $"The device {device.Name} has settings, and the CPU takes none: set its threads with Onnx:Threads."
        : base.Check(device);

    public override void Configure(SessionOptions session, DeviceOptions device, OnnxOptions options, SessionNeeds needs) =>
        session.IntraOpNumThreads = options.EffectiveThreads;
}
