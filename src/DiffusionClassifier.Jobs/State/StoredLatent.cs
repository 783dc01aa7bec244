namespace DiffusionClassifier.Jobs.State;

/// <summary>What the first block made of a job's image, written once: all replicas use the same.</summary>
[GenerateSerializer, Immutable, Alias("dc.latent")]
internal sealed class StoredLatent
{
    [Id(0)]
    public float[] Values { get; init; } = [];

    /// <summary>Channels, height, width.</summary>
    [Id(1)]
    public int[] Shape { get; init; } = [];

    /// <summary>Of each prompt the first that is the same to the model; null: all differ.</summary>
    [Id(2)]
    public int[]? SamePrompts { get; init; }

    [Id(3)]
    public string[] Warnings { get; init; } = [];
}
