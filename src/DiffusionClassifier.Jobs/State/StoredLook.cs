namespace DiffusionClassifier.Jobs.State;

/// <summary>The errors that lead to one look; written once where it is complete.</summary>
[GenerateSerializer, Immutable, Alias("dc.look")]
internal sealed class StoredLook
{
    /// <summary>As <see cref="Core.Blocks.LookErrors.Errors"/>.</summary>
    [Id(0)]
    public double[] Errors { get; init; } = [];

    /// <summary>Number of the look.</summary>
    [Id(1)]
    public int Look { get; init; }
}
