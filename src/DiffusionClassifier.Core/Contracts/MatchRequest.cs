namespace DiffusionClassifier.Core.Contracts;

/// <summary>Which of m captions fits each of n images.</summary>
public sealed record MatchRequest
{
    /// <summary>The image files, at least one.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Images { get; init; }

    /// <summary>The captions, at least one; each is a whole prompt (or a class of a class-conditional model).</summary>
    public required IReadOnlyList<string> Captions { get; init; }

    /// <summary>Model, trials, loss, seed and how images are read; image, labels, prompts, priors and strategy are not used.</summary>
    public required ClassificationRequest Options { get; init; }

    /// <summary>
    /// Subtract from every error that of the model told nothing (the empty prompt, the null class), on the same noise: an estimate of
    /// log p(x|c) − log p(x), so that scores of different images can be compared. Costs one more caption.
    /// </summary>
    public bool NormalizeByNull { get; init; }

    /// <summary>Called once the engine has decoded all <see cref="Images"/> and has no more use for their bytes; for callers in the same process.</summary>
    public Action? ImagesDecoded { get; init; }
}
