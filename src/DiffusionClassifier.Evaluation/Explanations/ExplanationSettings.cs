namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>How explanations are asked for and judged. Immutable.</summary>
/// <param name="Against">What the winner is compared with, as in a request's <c>explain</c>.</param>
/// <param name="Steps">Parts that the pixels are changed in, one after the other; 0: none are, which leaves the pointing.</param>
/// <param name="Trials">Trials of every label on every changed image.</param>
public sealed record ExplanationSettings(string Against, int Steps, int Trials)
{
    /// <summary>The default of <see cref="Steps"/>: a fifth of the image at a time tells good maps from bad ones.</summary>
    public const int DefaultSteps = 5;

    /// <summary>The default of <see cref="Trials"/>: few, because the mean over the images averages out what they leave open.</summary>
    public const int DefaultTrials = 8;
}
