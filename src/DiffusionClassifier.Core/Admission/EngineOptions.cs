using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Admission;

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

    /// <summary>The devices; none: the first CUDA device where there is one, else the processor.</summary>
    public IReadOnlyList<DeviceOptions> Devices { get; init; } = [];

    /// <summary>Rows up to which a request is interactive: 20 labels × 100 trials, a few seconds of a GPU with Stable Diffusion.</summary>
    public int InteractiveRows { get; init; } = 2_000;

    /// <summary>Rows up to which a request is standard, above which it is bulk: the 37 pets of the paper at 1,000 trials.</summary>
    public int StandardRows { get; init; } = 50_000;

    /// <summary>
    /// Seconds of work, at the class's own share of the devices, that interactive requests may have before them; then the answer is 503.
    /// Longer than that nobody waits.
    /// </summary>
    public double InteractiveQueueSeconds { get; init; } = 30;

    /// <summary>The same for standard requests: a proxy's usual patience.</summary>
    public double StandardQueueSeconds { get; init; } = 600;

    /// <summary>The same for bulk requests: a night.</summary>
    public double BulkQueueSeconds { get; init; } = 8 * 3600;

    /// <summary>Requests admitted at once: each keeps its image and errors in memory, 4 MB with Stable Diffusion's 512².</summary>
    public int MaxActiveRequests { get; init; } = 256;

    /// <summary>
    /// How long one call of a device may take, or 20 times its usual time where that is more, before the device counts as hanging: far
    /// above the slowest encoder on a processor.
    /// </summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Image files decoded at once; others wait. No more than there are processors, so that huge pictures do not starve the device's
    /// thread, and no more than 4, as decoding is seldom what a request waits for.
    /// </summary>
    public int MaxDecodes { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>
    /// Memory that these may take together, by the estimates of their headers; a picture that exceeds it runs alone. 1 GiB: four pictures
    /// of 24 megapixels, or of 15 as progressive JPEG, decode side by side, and huge ones wait for each other.
    /// </summary>
    public long MaxDecodeBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Seed → noise; null: <see cref="GaussianNoise"/>. Set by code alone, to repeat runs whose noise came from elsewhere.
    /// </summary>
    public Func<ulong, INoiseSource>? NoiseSource { get; init; }

    /// <summary>Who shares how; other policies are for comparisons.</summary>
    public SharingPolicy Policy { get; init; }

    /// <summary>What a client of a stopping server is told to wait: until another replica has taken over.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping server goes on with admitted requests: below the 30 s that Kubernetes and the host grant.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The class of a request by its size.</summary>
    internal PriorityClass ClassOf(long rows) =>
        rows <= InteractiveRows ? PriorityClass.Interactive : rows <= StandardRows ? PriorityClass.Standard : PriorityClass.Bulk;

    internal double QueueSeconds(PriorityClass priority) => priority switch
    {
        PriorityClass.Interactive => InteractiveQueueSeconds,
        PriorityClass.Standard => StandardQueueSeconds,
        _ => BulkQueueSeconds,
    };
}
