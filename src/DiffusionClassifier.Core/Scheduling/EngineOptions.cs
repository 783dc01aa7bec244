using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Limits and defaults of the engine. Every one has a value that works.</summary>
public sealed record EngineOptions
{
    /// <summary>The model of a request that names none; null: the first by name.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>Labels a request may have: ten times ImageNet-1k.</summary>
    public int MaxLabels { get; init; } = 10_000;

    /// <summary>Prompts of all labels together; each keeps its encoding in memory, 0.3 MB with Stable Diffusion 2.</summary>
    public int MaxPrompts { get; init; } = 10_000;

    /// <summary>Characters of one label, template or prompt: CLIP reads 77 tokens, about 400 characters of English.</summary>
    public int MaxPromptLength { get; init; } = 1_000;

    /// <summary>Rows (prompts × trials) of one request: ImageNet's 1,000 labels at the paper's 1,000 timesteps.</summary>
    public int MaxRowsPerRequest { get; init; } = 1_000_000;

    /// <summary>Rows that all admitted requests may cost together: two of the largest requests.</summary>
    public long MaxQueuedRows { get; init; } = 2_000_000;

    /// <summary>
    /// Image files decoded at once; others wait. No more than there are processors, so that huge pictures do not starve the device's
    /// thread, and no more than 4, as decoding is seldom what a request waits for.
    /// </summary>
    public int MaxDecodes { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>
    /// Memory that these may take together, by the estimates of their headers; a picture that exceeds it runs alone. 1 GiB: four pictures
    /// of 38 megapixels, or of 20 as progressive JPEG, decode side by side, and huge ones wait for each other.
    /// </summary>
    public long MaxDecodeBytes { get; init; } = 1L << 30;

    /// <summary>Seed → noise; null: <see cref="GaussianNoise"/>. Set by code alone, to repeat runs whose noise came from elsewhere.</summary>
    public Func<ulong, INoiseSource>? NoiseSource { get; init; }

    /// <summary>What a refused client is told to wait where nothing better is known.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping server goes on with admitted requests: below the 30 s that Kubernetes and the host grant.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
