namespace DiffusionClassifier.Onnx.Providers;

/// <summary>How models are run. Every option has a default that works.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// CPU threads of one denoiser call; 0: as many as this process may use. .NET's count honors a container's quota, ONNX Runtime's does
    /// not.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// The largest batch of devices that set none of their own; not set: 32 rows on a CPU, 512 on other devices, fewer of large rows.
    /// </summary>
    public int? MaxBatch { get; init; }

    internal int EffectiveThreads => Threads > 0 ? Threads : Environment.ProcessorCount;
}
