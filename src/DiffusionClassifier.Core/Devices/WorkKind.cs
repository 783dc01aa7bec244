namespace DiffusionClassifier.Core.Devices;

/// <summary>What a device does next.</summary>
internal enum WorkKind
{
    /// <summary>Nothing: wait for <see cref="IWorkSource.WorkArrived"/>.</summary>
    None,

    /// <summary>Encode the image, or some of the prompts, of one job.</summary>
    Encode,

    /// <summary>Run one batch of rows.</summary>
    Denoise,

    /// <summary>Reload the model, after it ran out of memory.</summary>
    Rebuild,

    /// <summary>What a <see cref="Errand"/> says, for the one that waits for it.</summary>
    Errand,
}
