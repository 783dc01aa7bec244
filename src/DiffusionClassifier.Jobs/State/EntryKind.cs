namespace DiffusionClassifier.Jobs.State;

/// <summary>What the list of jobs has.</summary>
internal enum EntryKind
{
    /// <summary>An image, or images and captions.</summary>
    Job,

    /// <summary>Many requests.</summary>
    Batch,
}
