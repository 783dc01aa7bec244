namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>How explanations are asked for and judged. Immutable.</summary>
/// <param name="Against">What the winner is compared with, as in a request's <c>explain</c>.</param>
/// <param name="Steps">Parts that the pixels are changed in, one after the other; 0: none are, which leaves the pointing.</param>
/// <param name="Trials">Trials of every label on every changed image.</param>
public sealed record ExplanationSettings(string Against, int Steps, int Trials)
{
    /// <summary>The default of <see cref="Steps"/>: an eighth of the image is about the smallest part that changes an answer.</summary>
    public const int DefaultSteps = 8;

    /// <summary>The default of <see cref="Trials"/>: about what decides a race, at a quarter of the usual cost.</summary>
    public const int DefaultTrials = 16;
}
