namespace DiffusionClassifier.Onnx.Models;

/// <summary>How models are run. Every option has a default that works.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// CPU threads of one denoiser call; 0: as many as this process may use. .NET's own count honours a container's quota, which ONNX
    /// Runtime's does not.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>The largest batch: past 32 rows a CPU gains nothing and requests wait longer for their turn.</summary>
    public int MaxBatch { get; init; } = 32;

    internal int EffectiveThreads => Threads > 0 ? Threads : Environment.ProcessorCount;

    /// <summary>Powers of two up to <see cref="MaxBatch"/>.</summary>
    internal IReadOnlyList<int> Ladder
    {
        get
        {
            List<int> ladder = [];
            for (int size = 1; size < MaxBatch; size *= 2)
                ladder.Add(size);
            ladder.Add(MaxBatch);
            return ladder;
        }
    }
}
