namespace DiffusionClassifier.Jobs.State;

/// <summary>Whose an Idempotency-Key is. Owned by the key's grain.</summary>
[GenerateSerializer, Alias("dc.key")]
internal sealed class KeyRecord
{
    /// <summary>The batch.</summary>
    [Id(0)]
    public string Batch { get; set; } = "";

    /// <summary>SHA-256 of what was sent with it.</summary>
    [Id(1)]
    public string Question { get; set; } = "";
}
