using System.Text.Json.Serialization;
using DiffusionClassifier.Evaluation.Explanations;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>One line of results.jsonl.</summary>
/// <param name="Index">The image's place in the data set.</param>
/// <param name="Name">The image.</param>
/// <param name="Truth">Its true label.</param>
/// <param name="Prediction">The label that won.</param>
/// <param name="Rank">Place of the true label by posterior, 1 for the first.</param>
/// <param name="Posterior">Posterior of the prediction.</param>
/// <param name="TruthPosterior">Posterior of the true label.</param>
/// <param name="Rows">Rows that it cost.</param>
/// <param name="FixedRows">Rows that all labels on all trials cost.</param>
/// <param name="Trials">Trials that the winner has seen.</param>
/// <param name="Margin">Mean error of the runner-up minus that of the winner.</param>
/// <param name="MarginStandardError">Its standard error.</param>
/// <param name="Seconds">Device time.</param>
/// <param name="FixedPrediction">The answer of all labels on all trials, if requested.</param>
/// <param name="OutOfDistribution">How unlike the images that the model knows this one is, if the model says so.</param>
/// <param name="Explained">Its explanation and what that is worth, if requested.</param>
internal sealed record ImageResult(
    int Index,
    string Name,
    string Truth,
    string Prediction,
    int Rank,
    double Posterior,
    double TruthPosterior,
    int Rows,
    int FixedRows,
    int Trials,
    double? Margin,
    double? MarginStandardError,
    double Seconds,
    string? FixedPrediction,
    double? OutOfDistribution = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExplainedImage? Explained = null)
{
    public bool IsRight => Truth == Prediction;

    /// <param name="image">Index and name of the image.</param>
    /// <param name="truth">Its true label.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="fixedAnswer">The answer of all labels on all trials, if requested.</param>
    public static ImageResult From(
        (int Index, string Name) image, string truth, ClassificationResult answer, ClassificationResult? fixedAnswer)
    {
        (int place, LabelResult own) = answer.Labels.Index().First(pair => pair.Item.Label == truth);
        return new ImageResult(image.Index, image.Name, truth, answer.Labels[0].Label, place + 1, answer.Labels[0].Posterior, own.Posterior,
            answer.Cost.Rows, answer.Cost.FixedRows, answer.Decision.Trials, answer.Decision.Margin, answer.Decision.MarginStandardError,
            answer.Cost.ComputeSeconds, fixedAnswer?.Labels[0].Label, answer.OutOfDistribution);
    }
}
