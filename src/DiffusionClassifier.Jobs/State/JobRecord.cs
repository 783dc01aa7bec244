namespace DiffusionClassifier.Jobs.State;

/// <summary>
/// What is stored of a job beside its request, image and errors: small, as it is written again and again. Owned by the job's grain.
/// </summary>
[GenerateSerializer, Alias("dc.job")]
internal sealed class JobRecord : WorkRecord
{
    [Id(0)]
    public string Model { get; set; } = "";

    /// <summary>Of the model's files and, for a deterministic job, of the kind of device: whose blocks count.</summary>
    [Id(1)]
    public string Fingerprint { get; set; } = "";

    /// <summary>The digest of the settings that the stored errors belong to.</summary>
    [Id(2)]
    public string Settings { get; set; } = "";

    /// <summary>Whether it is a request to match images with captions.</summary>
    [Id(3)]
    public bool IsMatch { get; set; }

    [Id(4)]
    public int Rows { get; set; }

    /// <summary>How often errors were stored: each time those that came back since.</summary>
    [Id(5)]
    public int Parts { get; set; }

    /// <summary>Device time so far.</summary>
    [Id(6)]
    public TimeSpan Compute { get; set; }

    [Id(7)]
    public int Batches { get; set; }

    /// <summary>When it was accepted, or trials were added the last time: what its seconds count from.</summary>
    [Id(8)]
    public DateTimeOffset Asked { get; set; }

    /// <summary>When the first block began.</summary>
    [Id(9)]
    public DateTimeOffset? Begun { get; set; }

    /// <summary>The answer as JSON, once there is one.</summary>
    [Id(10)]
    public string? Answer { get; set; }

    /// <summary>Whether the image is encoded: its latent is stored, its file is not any more.</summary>
    [Id(11)]
    public bool HasLatent { get; set; }

    /// <summary>Trials that were added after an answer.</summary>
    [Id(12)]
    public List<FurtherTrials> Further { get; set; } = [];

    /// <summary>Whether one replica answers it as a whole: a match, or an explanation, for which every row leaves a map behind.</summary>
    [Id(13)]
    public bool IsWhole { get; set; }
}
