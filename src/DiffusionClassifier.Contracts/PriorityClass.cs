namespace DiffusionClassifier.Contracts;

/// <summary>How urgent a request is. Its size decides; a client may only lower its own.</summary>
public enum PriorityClass
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>Larger than what somebody waits for.</summary>
    Standard,

    /// <summary>Whenever there is room.</summary>
    Bulk,
}
