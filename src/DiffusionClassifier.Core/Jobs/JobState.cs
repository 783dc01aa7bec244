namespace DiffusionClassifier.Core.Jobs;

/// <summary>The life of a job; it only moves forward.</summary>
internal enum JobState
{
    /// <summary>Waits for its image and prompts to be encoded.</summary>
    Queued,

    /// <summary>A worker is encoding.</summary>
    Encoding,

    /// <summary>Has rows to run or rows running.</summary>
    Running,

    /// <summary>Answered, failed or canceled.</summary>
    Ended,
}
