namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>Why a job does not do what was asked.</summary>
internal enum JobRefusal
{
    None,

    /// <summary>The id belongs to another request.</summary>
    Conflict,

    /// <summary>Its tenant has as many unfinished jobs as one may have.</summary>
    TooMany,

    /// <summary>There is no such job of the tenant.</summary>
    Unknown,

    /// <summary>It has no answer, so that nothing can be added to it.</summary>
    NotAnswered,

    /// <summary>The request is not valid.</summary>
    Invalid,
}
