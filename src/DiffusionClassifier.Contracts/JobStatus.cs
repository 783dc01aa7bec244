namespace DiffusionClassifier.Contracts;

/// <summary>Where a job stands.</summary>
public enum JobStatus
{
    /// <summary>Accepted and stored; it begins when those before it leave room.</summary>
    Queued,

    /// <summary>Rows are run.</summary>
    Running,

    /// <summary>It has its answer.</summary>
    Succeeded,

    /// <summary>It has an error in place of an answer.</summary>
    Failed,

    /// <summary>It was canceled.</summary>
    Canceled,
}
