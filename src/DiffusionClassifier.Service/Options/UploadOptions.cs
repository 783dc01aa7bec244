namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Uploads</c>: what reading bodies may cost. Every one has a value that works.</summary>
public sealed record UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>
    /// Bytes of all bodies that are being read or wait for their image to be decoded: eight of the largest images, or some hundreds of
    /// usual ones.
    /// </summary>
    public long MaxBytesInFlight { get; init; } = 512L << 20;

    /// <summary>How long one body may take: the largest image over 5 Mbit/s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// What a connection must bring on average after <see cref="SlowStart"/>: less than any phone network, more than a client that only
    /// holds memory.
    /// </summary>
    public double MinBytesPerSecond { get; init; } = 1024;

    /// <summary>How long a body may be slower than that at first: Kestrel's own default.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Images of one request to /classify: as many as /match takes.</summary>
    public int MaxImages { get; init; } = MatchRequest.MaxImages;

    /// <summary>
    /// What a client is told to wait when <see cref="MaxBytesInFlight"/> are taken: the time of an upload, not of an answer.
    /// </summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);
}
