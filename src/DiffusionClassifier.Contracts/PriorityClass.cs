namespace DiffusionClassifier.Contracts;

/// <summary>How urgent a request is. Its size decides; a client may only lower it.</summary>
public enum PriorityClass
{
    /// <summary>A person waits for the answer.</summary>
    Interactive,

    /// <summary>Larger than what a person waits for.</summary>
    Standard,

    /// <summary>Whenever there is room.</summary>
    Bulk,
}
