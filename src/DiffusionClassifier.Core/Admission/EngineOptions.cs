using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Admission;

/// <summary>Limits and defaults of the engine. All have values that work.</summary>
public sealed record EngineOptions
{
    private const int MostDecodes = 4;
    private const int PromptsPart = 4; // of the memory: weights, images and answers need the rest

    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes; // of the container, if it has a limit

    /// <summary>
    /// The model of a request that names none; not set: the first by name. Free text that it does not know goes to the only model of
    /// free text.
    /// </summary>
    public string? DefaultModel { get; init; }

    /// <summary>Labels that one request may have: ten times as many as ImageNet-1k has.</summary>
    public int MaxLabels { get; init; } = 10_000;

    /// <summary>Prompts of all labels of one request.</summary>
    public int MaxPrompts { get; init; } = 10_000;

    /// <summary>
    /// Memory that the encoded prompts of running requests may take together; what they share counts once. A prompt takes 0.3 MB with
    /// Stable Diffusion 2 and 8 MB with FLUX. Not set: a quarter of the memory that the process may use. Set it alike on
    /// all replicas that share jobs.
    /// </summary>
    public long? MaxPromptBytes { get; init; }

    /// <summary>Characters in one label, template or prompt: CLIP reads 77 tokens, about 400 characters of English.</summary>
    public int MaxPromptLength { get; init; } = 1_000;

    /// <summary>Rows (prompts × trials) of one request: ImageNet's 1,000 labels at the paper's 1,000 timesteps.</summary>
    public int MaxRowsPerRequest { get; init; } = 1_000_000;

    /// <summary>The devices that models run on; none: the first CUDA device if one works, else the CPU.</summary>
    public IReadOnlyList<DeviceOptions> Devices { get; init; } = [];

    /// <summary>Rows up to which a request is interactive: 20 labels × 100 trials, a few seconds of a GPU with Stable Diffusion.</summary>
    public int InteractiveRows { get; init; } = 2_000;

    /// <summary>Rows up to which a request is standard; above, it is bulk. The 37 pets of the paper at 1,000 trials are standard.</summary>
    public int StandardRows { get; init; } = 50_000;

    /// <summary>
    /// Seconds of work, at the class's own share of the devices, that may be queued ahead of an interactive request. Beyond that it is
    /// refused with 503 and <c>Retry-After</c>.
    /// </summary>
    public double InteractiveQueueSeconds { get; init; } = 30;

    /// <summary>The same for standard requests: a proxy's usual patience.</summary>
    public double StandardQueueSeconds { get; init; } = 600;

    /// <summary>The same for bulk requests: a night.</summary>
    public double BulkQueueSeconds { get; init; } = 8 * 3600;

    /// <summary>Requests admitted at once; each keeps its image and errors in memory, 4 MB with Stable Diffusion at 512×512.</summary>
    public int MaxActiveRequests { get; init; } = 256;

    /// <summary>
    /// How long one call to a device may take, or 20 times its usual time if that is more, before the device counts as hanging: far above
    /// the slowest encoder on a CPU.
    /// </summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Image files decoded at once; others wait. Not set: one per CPU core, so that huge images do not starve the device's thread, and at
    /// most 4, as decoding is seldom what a request waits for.
    /// </summary>
    public int? MaxDecodes { get; init; }

    /// <summary>
    /// Memory that these may take together, as estimated from their headers; an image that exceeds it is decoded alone. With 1 GiB, four
    /// images of 24 megapixels (15 as progressive JPEG) decode side by side, and huge ones wait for each other.
    /// </summary>
    public long MaxDecodeBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Bytes that the maps of explanations may take together, of which one request has at most a quarter: what does not fit is left out of
    /// its explanation, which says on how many trials it rests.
    /// </summary>
    public long MaxExplainBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Seed → noise; not set: <see cref="GaussianNoise"/>. Set only by code, to repeat runs whose noise came from elsewhere.
    /// </summary>
    public Func<ulong, INoiseSource>? NoiseSource { get; init; }

    /// <summary>How requests share the devices; policies other than the default are for comparison in benchmarks.</summary>
    public SharingPolicy Policy { get; init; }

    /// <summary>
    /// The longest time that a refused client is told to wait, however many wait already: what is further away cannot be foreseen, because
    /// clients give up and replicas are added.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a client is told to wait for another replica to take over from one that stops, or for memory for its prompts.
    /// </summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stopping server continues with admitted requests before it answers them with what is known: below the 30 s that
    /// Kubernetes grants.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The class of a request by its size.</summary>
    internal PriorityClass ClassOf(long rows) =>
        rows <= InteractiveRows ? PriorityClass.Interactive : rows <= StandardRows ? PriorityClass.Standard : PriorityClass.Bulk;

    internal int EffectiveDecodes => MaxDecodes ?? Math.Min(MostDecodes, Environment.ProcessorCount);

    internal long EffectivePromptBytes => MaxPromptBytes ?? Available / PromptsPart;

    internal double QueueSeconds(PriorityClass priority) => priority switch
    {
        PriorityClass.Interactive => InteractiveQueueSeconds,
        PriorityClass.Standard => StandardQueueSeconds,
        _ => BulkQueueSeconds,
    };
}
