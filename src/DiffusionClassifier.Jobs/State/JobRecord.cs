namespace DiffusionClassifier.Jobs.State;

/// <summary>
/// What is stored of a job beside its request, image and errors: small, as it is written again and again. Owned by the job's grain.
/// </summary>
[GenerateSerializer, Alias("dc.job")]
internal sealed class JobRecord
{
    /// <summary>Whose it is.</summary>
    [Id(0)]
    public string Tenant { get; set; } = "";

    /// <summary>SHA-256 of request and image: the same job is asked for again, or another.</summary>
    [Id(1)]
    public string Question { get; set; } = "";

    [Id(2)]
    public string Model { get; set; } = "";

    /// <summary>Of the model's files and, for a deterministic job, of the kind of device: whose blocks count.</summary>
    [Id(3)]
    public string Fingerprint { get; set; } = "";

    [Id(4)]
    public JobStatus Status { get; set; }

    [Id(5)]
    public DateTimeOffset Created { get; set; }

    [Id(6)]
    public DateTimeOffset? Ended { get; set; }

    [Id(7)]
    public int Rows { get; set; }

    [Id(8)]
    public int FixedRows { get; set; }

    /// <summary>How often errors were stored: each time those that came back since.</summary>
    [Id(9)]
    public int Parts { get; set; }

    /// <summary>Device time so far.</summary>
    [Id(10)]
    public TimeSpan Compute { get; set; }

    [Id(11)]
    public int Batches { get; set; }

    /// <summary>When the first block began.</summary>
    [Id(12)]
    public DateTimeOffset? Begun { get; set; }

    /// <summary>The answer as JSON, once there is one.</summary>
    [Id(13)]
    public string? Answer { get; set; }

    [Id(14)]
    public string? ErrorCode { get; set; }

    [Id(15)]
    public string? ErrorDetail { get; set; }

    /// <summary>Whether the image is encoded: its latent is stored, its file is not any more.</summary>
    [Id(16)]
    public bool HasLatent { get; set; }

    /// <summary>The digest of the settings that the stored errors belong to.</summary>
    [Id(17)]
    public string Settings { get; set; } = "";

    /// <summary>Trials that were added after an answer.</summary>
    [Id(18)]
    public List<FurtherTrials> Further { get; set; } = [];

    /// <summary>When it was accepted, or trials were added the last time: what its seconds count from.</summary>
    [Id(19)]
    public DateTimeOffset Asked { get; set; }

    public bool IsEnded => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Canceled;
}
