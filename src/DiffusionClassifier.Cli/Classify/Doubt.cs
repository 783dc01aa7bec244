using DiffusionClassifier.Evaluation.Formats;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>
/// Why an answer should not be relied on, although a posterior near 1 looks certain whatever the noise of the margin behind it.
/// </summary>
/// <param name="Name">In two words.</param>
/// <param name="Reason">In a sentence.</param>
internal sealed record Doubt(string Name, string Reason)
{
    private const double Convincing = 3; // standard errors: less is a near tie, whatever the posterior

    /// <summary>Null if the measured margin is convincing, or if there is only one label.</summary>
    public static Doubt? Of(ClassificationResult answer)
    {
        string uncalibrated =
            answer.Posterior.Calibrated ? "" : " The posteriors are not calibrated: they are not probabilities of being right.";
        return answer.Decision switch
        {
            { Rejected: true } =>
                new("none of these", "the first label is not certain enough, or the image is unlike those that the model knows."),
            { Margin: null } => null,
            { MarginStandardError: 0 } => new("undecided", "nothing that was measured tells the first two labels apart."),
            { MarginStandardError: null } =>
                new("uncertain", $"one trial does not say how far the margin can be trusted.{uncalibrated}"),
            { Margin: >= 0 and { } margin, MarginStandardError: > 0 and { } error } when margin < Convincing * error =>
                new("near tie", Figures.Text($"the margin is only {margin / error:F1} standard errors.{uncalibrated}")),
            _ => null,
        };
    }
}
