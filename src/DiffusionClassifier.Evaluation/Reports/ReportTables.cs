using System.Globalization;
using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>
/// The tables that the text and the page share: a line of headers, then the cells; all columns but the first are numbers.
/// </summary>
internal static class ReportTables
{
    public static IEnumerable<string[]> Summary(EvaluationReport report)
    {
        yield return ["", "value"];
        yield return ["images", Figures.Whole(report.Images)];
        yield return ["top-1 (95% interval)", Percent(report.Top1, report.Top1Interval)];
        yield return ["top-5", Figures.Percent(report.Top5)];
        yield return ["mean per class", Figures.Percent(report.MeanPerClass)];
        yield return ["macro F1", Figures.Percent(report.MacroF1)];
        if (report.Ece is { } ece)
        {
            yield return
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"expected calibration error, {EnumWords.Of(report.Posterior!.Preset)} β = {report.Posterior.Beta:G4}"),
                Figures.Percent(ece),
            ];
        }

        yield return ["rows per image", Figures.Whole(report.RowsPerImage)];
        yield return ["rows per image, fixed", Figures.Whole(report.FixedRowsPerImage)];
        if (report.AgreementWithFixed is { } agreement)
            yield return ["agreement with fixed (95% interval)", Percent(agreement, report.AgreementInterval!.Value)];
        if (report.Seconds is { } seconds)
            yield return ["device seconds per image", (seconds / report.Images).ToString("F3", CultureInfo.InvariantCulture)];
        if (report.Failed > 0)
            yield return ["images that failed", Figures.Whole(report.Failed)];
    }

    public static IEnumerable<string[]> Strategies(IEnumerable<StrategyScore> scores) =>
    [
        ["strategy", "rows per image", "top-1 (95% interval)", "agreement with fixed (95% interval)"],
        .. scores.Select(score => new[]
        {
            score.Settings.Length > 0 ? $"{score.Strategy}, {score.Settings}" : score.Strategy,
            Figures.Whole(score.RowsPerImage),
            Percent(score.Top1, score.Top1Interval),
            Percent(score.AgreementWithFixed, score.AgreementInterval),
        }),
    ];

    public static IEnumerable<string[]> Coverage(IEnumerable<CoveragePoint> points) =>
    [
        ["rejectBelow", "answered", "right (95% interval)"],
        .. points.Select(point => new[]
        {
            point.RejectBelow.ToString(CultureInfo.InvariantCulture),
            Figures.Percent(point.Coverage),
            Percent(point.Accuracy, point.Interval),
        }),
    ];

    public static IEnumerable<string[]> PerClass(IEnumerable<ClassScore> scores) =>
    [
        ["class", "images", "recall (95% interval)", "precision", "F1"],
        .. scores.Select(score => new[]
        {
            score.Label,
            Figures.Whole(score.Images),
            score.Images > 0 ? Percent(score.Accuracy, score.Interval) : "",
            Figures.Percent(score.Precision),
            Figures.Percent(score.F1),
        }),
    ];

    public static IEnumerable<string[]> Mistakes(IEnumerable<Mistake> mistakes) =>
        [
            ["truth → answer", "images"],
            .. mistakes.Select(mistake => new[] { $"{mistake.Truth} → {mistake.Prediction}", Figures.Whole(mistake.Count) }),
        ];

    public static IEnumerable<string[]> MistakenImages(IEnumerable<MistakenImage> images) =>
    [
        ["image", "truth", "answer", "posterior"],
        .. images.Select(image => new[] { image.Name, image.Truth, image.Prediction, Figures.Percent(image.Posterior) }),
    ];

    /// <summary>The model and the baseline side by side.</summary>
    public static IEnumerable<string[]> Baseline(EvaluationReport report, BaselineScore baseline) =>
    [
        ["on the same images", $"this run: {report.Model}", baseline.Name],
        ["images", Figures.Whole(report.Images), Figures.Whole(baseline.Images)],
        ["top-1 (95% interval)", Percent(report.Top1, report.Top1Interval), Percent(baseline.Top1, baseline.Top1Interval)],
        ["expected calibration error", report.Ece is { } ece ? Figures.Percent(ece) : "", Figures.Percent(baseline.Ece)],
        [
            "images per second",
            report.Seconds is > 0 and var seconds ? Speed(report.Images / seconds) : "",
            Speed(1 / baseline.SecondsPerImage),
        ],
        ["fitted to", "", $"{Figures.Whole(baseline.TrainingImages)} images of {baseline.TrainedOn}"],
    ];

    /// <summary>Where a report comes from.</summary>
    public static IEnumerable<string[]> Origin(ReportOrigin origin)
    {
        yield return ["", "origin"];
        yield return ["date", origin.Date.ToString("u", CultureInfo.InvariantCulture)];
        yield return ["version", origin.Version];
        yield return ["command", origin.Command];
        yield return ["machine", origin.Machine];
        if (origin.Device is { } device)
            yield return ["device", device];
    }

    public static IEnumerable<string[]> Published(EvaluationReport report) =>
    [
        ["method", "top-1", "source"],
        [
            $"this run: {report.Model}",
            Percent(report.Top1, report.Top1Interval),
            $"{Figures.Whole(report.Images)} images of {report.Data}",
        ],
        .. report.Published.Select(result => new[] { result.Method, Figures.Percent(result.Score / 100), result.Source }),
    ];

    private static string Speed(double perSecond) => perSecond.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A share with its interval.</summary>
    public static string Percent(double share, Interval interval) => Figures.Percent(share, interval.Low, interval.High);
}
