namespace DiffusionClassifier.Jobs.State;

/// <summary>What is stored of a batch beside its requests and their results. Owned by the batch's grain.</summary>
[GenerateSerializer, Alias("dc.batch")]
internal sealed class BatchRecord : WorkRecord
{
    /// <summary>Whether it was accepted; before that it is being sent.</summary>
    [Id(0)]
    public bool IsAccepted { get; set; }

    /// <summary>What is asked of all images, where they have no requests of their own.</summary>
    [Id(1)]
    public StoredRequest? Template { get; set; }

    /// <summary>The models that answer, and their fingerprints: whose results count.</summary>
    [Id(2)]
    public Dictionary<string, string> Models { get; set; } = [];

    /// <summary>How many requests each part has.</summary>
    [Id(3)]
    public List<int> Parts { get; set; } = [];

    /// <summary>Of each part, whether its results are stored.</summary>
    [Id(4)]
    public bool[] Done { get; set; } = [];

    /// <summary>Requests that have an answer.</summary>
    [Id(5)]
    public int Succeeded { get; set; }

    /// <summary>Requests that have an error.</summary>
    [Id(6)]
    public int Failed { get; set; }

    /// <summary>The grain of the Idempotency-Key; null: there was none.</summary>
    [Id(7)]
    public string? Key { get; set; }

    /// <summary>How many requests there are.</summary>
    public int Total => Parts.Sum();
}
