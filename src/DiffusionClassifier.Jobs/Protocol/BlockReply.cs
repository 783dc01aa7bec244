namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>
/// What a replica made of a block: errors, or why the whole job cannot be answered. What only this replica cannot do is thrown.
/// </summary>
/// <param name="Errors">As <see cref="Core.Blocks.BlockOutcome.Errors"/>.</param>
/// <param name="Compute">Device time.</param>
/// <param name="Batches">Calls of the denoiser.</param>
[GenerateSerializer, Immutable, Alias("dc.reply")]
internal sealed record BlockReply([property: Id(0)] double[] Errors, [property: Id(1)] TimeSpan Compute, [property: Id(2)] int Batches)
{
    /// <summary>What the image was encoded to; null where that was known.</summary>
    [Id(3)]
    public State.StoredLatent? Latent { get; init; }

    /// <summary>The error's word, where the request is at fault or the model failed; else null.</summary>
    [Id(4)]
    public string? ErrorCode { get; init; }

    [Id(5)]
    public string? ErrorDetail { get; init; }
}
