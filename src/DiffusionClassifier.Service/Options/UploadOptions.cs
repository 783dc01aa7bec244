namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Uploads</c>: what reading bodies may cost. All have values that work.</summary>
public sealed record UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>
    /// Bytes of all bodies that are being read or wait for their image to be decoded: eight of the largest images, or about a hundred usual
    /// ones. Beyond that, the answer is 503 with <c>Retry-After</c>.
    /// </summary>
    public long MaxBytesInFlight { get; init; } = 512L << 20;

    /// <summary>How long one body may take: the largest image at 5 Mbit/s. A slower one is a 408.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The bytes per second that a body must bring on average after <see cref="SlowStart"/>: less than any phone network brings, and more
    /// than a client that only wants to hold memory.
    /// </summary>
    public double MinBytesPerSecond { get; init; } = 1024;

    /// <summary>How long a body may be slower than that at first: the same as Kestrel's default.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Images in one request to /classify: as many as /match takes.</summary>
    public int MaxImages { get; init; } = MatchRequest.MaxImages;

    /// <summary>
    /// How long a client is told to wait when <see cref="MaxBytesInFlight"/> is used up: as long as uploads take, not answers.
    /// </summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);
}
