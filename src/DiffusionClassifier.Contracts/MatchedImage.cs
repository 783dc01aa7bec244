namespace DiffusionClassifier.Contracts;

/// <summary>One image against all captions.</summary>
/// <param name="Prediction">The caption that fits best.</param>
/// <param name="Scores">One for each caption, in the order of the request.</param>
public sealed record MatchedImage(string Prediction, IReadOnlyList<MatchScore> Scores)
{
    /// <inheritdoc cref="ClassificationResult.OutOfDistribution"/>
    public double? OutOfDistribution { get; init; }
}
