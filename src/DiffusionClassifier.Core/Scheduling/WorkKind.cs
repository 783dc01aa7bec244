namespace DiffusionClassifier.Core.Scheduling;

/// <summary>What a worker is to do next.</summary>
internal enum WorkKind
{
    /// <summary>Nothing: wait for <see cref="RowScheduler.WorkArrived"/>.</summary>
    None,

    /// <summary>Encode the image and the prompts of one job.</summary>
    Encode,

    /// <summary>Run one batch of rows.</summary>
    Denoise,
}
