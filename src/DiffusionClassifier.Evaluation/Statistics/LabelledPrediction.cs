namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>The answer for one image.</summary>
/// <param name="Truth">Index of the true class.</param>
/// <param name="Predicted">Index of the winning class.</param>
/// <param name="Rank">Place of the true class among all, 1 for the first.</param>
/// <param name="Confidence">Posterior of <paramref name="Predicted"/>, 0 to 1.</param>
internal readonly record struct LabelledPrediction(int Truth, int Predicted, int Rank, double Confidence)
{
    public bool IsRight => Truth == Predicted;
}
