namespace DiffusionClassifier.Jobs.State;

/// <summary>What is stored of everything that the list of jobs has. Owned by its grain.</summary>
[GenerateSerializer, Alias("dc.work")]
internal abstract class WorkRecord
{
    /// <summary>Whose it is.</summary>
    [Id(0)]
    public string Tenant { get; set; } = "";

    /// <summary>SHA-256 of what was sent: the same is asked for again, or something else.</summary>
    [Id(1)]
    public string Question { get; set; } = "";

    [Id(2)]
    public JobStatus Status { get; set; }

    [Id(3)]
    public DateTimeOffset Created { get; set; }

    [Id(4)]
    public DateTimeOffset? Ended { get; set; }

    [Id(5)]
    public string? ErrorCode { get; set; }

    [Id(6)]
    public string? ErrorDetail { get; set; }

    /// <summary>What it costs at most.</summary>
    [Id(7)]
    public long FixedRows { get; set; }

    /// <summary>How often a run of it began: whatever a run before handed out is of no more use.</summary>
    [Id(8)]
    public int Runs { get; set; }

    public bool IsEnded => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Canceled;
}
