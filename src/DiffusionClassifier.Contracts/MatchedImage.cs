namespace DiffusionClassifier.Contracts;

/// <summary>One image against all captions.</summary>
/// <param name="Prediction">The caption that fits best.</param>
/// <param name="Scores">One for each caption, in the order of the request.</param>
public sealed record MatchedImage(string Prediction, IReadOnlyList<MatchScore> Scores)
{
    /// <summary>
    /// How unlike the images that the model knows this one is, from 0 to 1, as in the answer of <c>POST /classify</c>; null if the model
    /// was not calibrated for the loss.
    /// </summary>
    public double? OutOfDistribution { get; init; }
}
