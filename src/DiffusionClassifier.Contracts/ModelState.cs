namespace DiffusionClassifier.Contracts;

/// <summary>Where a model stands on the server.</summary>
public enum ModelState
{
    /// <summary>Not in memory: the first request for it loads it.</summary>
    Waiting,

    /// <summary>It is read and warmed up; requests for it wait.</summary>
    Loading,

    /// <summary>In memory: requests for it run.</summary>
    Ready,

    /// <summary>It leaves memory as soon as the requests that run on it have ended; new ones wait until it is loaded again.</summary>
    Unloading,

    /// <summary>It cannot be used; its warnings say why.</summary>
    Failed,
}
