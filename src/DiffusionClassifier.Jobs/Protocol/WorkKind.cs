namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What the list of jobs has.</summary>
internal enum WorkKind
{
    /// <summary>An image, or images and captions.</summary>
    Job,

    /// <summary>Many requests.</summary>
    Batch,
}
