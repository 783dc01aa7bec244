using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>Turns results into a report. Stateless; the same results in any order give the same report.</summary>
internal static class ReportBuilder
{
    /// <summary>A larger matrix would not be readable, and megabytes of zeros.</summary>
    public const int MostClassesInMatrix = 200;

    private const int TopK = 5; // as ImageNet counts
    private const int MistakesShown = 20;
    private const int MistakenImagesShown = 48;

    /// <param name="subject">What it is about.</param>
    /// <param name="results">At least one, in any order; their labels are among the subject's.</param>
    public static EvaluationReport Build(ReportSubject subject, IReadOnlyList<ImageResult> results)
    {
        Dictionary<string, int> indices = subject.Labels.Index()
            .ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        ImageResult[] ordered = [.. results.OrderBy(result => result.Index)];
        LabelledPrediction[] predictions =
        [
            .. ordered.Select(
                result => new LabelledPrediction(indices[result.Truth], indices[result.Prediction], result.Rank, result.Posterior)),
        ];
        Proportion top1 = Proportion.Of(predictions, prediction => prediction.IsRight);
        var confusion = new ConfusionMatrix(subject.Labels.Count, predictions);
        var reliability = new Reliability(predictions);
        ImageResult[] compared = [.. ordered.Where(result => result.FixedPrediction is not null)];
        Proportion same = Proportion.Of(compared, result => result.Prediction == result.FixedPrediction);
        return new EvaluationReport
        {
            Origin = subject.Origin,
            Model = subject.Model,
            Data = subject.Data,
            Preset = subject.Preset?.Name,
            Images = ordered.Length,
            Failed = subject.Problems.Count,
            Top1 = top1.Value,
            StandardError = top1.StandardError,
            Top1Interval = top1.Interval,
            Top5 = Proportion.Of(predictions, prediction => prediction.Rank <= TopK).Value,
            MeanPerClass = confusion.MeanPerClass,
            MacroF1 = confusion.PerClass.Zip(confusion.F1).Where(pair => pair.First.Count > 0).Average(pair => pair.Second),
            Posterior = subject.Posterior,
            Ece = subject.Posterior is not null ? reliability.ExpectedCalibrationError : null,
            RowsPerImage = ordered.Average(result => result.Rows),
            FixedRowsPerImage = ordered.Average(result => result.FixedRows),
            AgreementWithFixed = compared.Length > 0 ? same.Value : null,
            AgreementInterval = compared.Length > 0 ? same.Interval : null,
            Seconds = ordered.Sum(result => result.Seconds) is > 0 and var seconds ? seconds : null,
            PerClass = ClassScores(confusion, subject.Labels),
            Confusion = subject.Labels.Count <= MostClassesInMatrix ? confusion.Counts : null,
            Mistakes =
            [
                .. confusion.Mistakes.Take(MistakesShown)
                    .Select(cell => new Mistake(subject.Labels[cell.Truth], subject.Labels[cell.Predicted], cell.Count)),
            ],
            MistakenImages =
            [
                .. ordered.Where(result => !result.IsRight)
                    .OrderByDescending(result => result.Posterior)
                    .Take(MistakenImagesShown)
                    .Select(result => new MistakenImage(result.Index, result.Name, result.Truth, result.Prediction, result.Posterior)),
            ],
            Reliability = subject.Posterior is not null ? reliability.All : null,
            Coverage = subject.Posterior is not null
                ? SelectiveAccuracy.Of([.. ordered.Select(result => (result.Posterior, result.IsRight, result.OutOfDistribution))])
                : null,
            Published = subject.Preset?.Published ?? [],
            Problems = subject.Problems,
            Settings = subject.Settings,
        };
    }

    private static ClassScore[] ClassScores(ConfusionMatrix confusion, IReadOnlyList<string> labels) =>
    [
        .. confusion.PerClass.Zip(confusion.Precision, confusion.F1).Select((scores, label) => new ClassScore(
            labels[label],
            scores.First.Count,
            scores.First.Value,
            scores.First.StandardError,
            scores.First.Interval,
            scores.Second.Value,
            scores.Third)),
    ];
}
