using System.Globalization;
using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>
/// The tables that the text and the page show alike: a line of headers, then the cells; all but the first column are numbers.
/// </summary>
internal static class ReportTables
{
    public static IEnumerable<string[]> Summary(EvaluationReport report)
    {
        yield return ["", "value"];
        yield return ["images", Figures.Whole(report.Images)];
        yield return ["top-1", Figures.Percent(report.Top1, report.StandardError)];
        yield return ["top-5", Figures.Percent(report.Top5)];
        yield return ["mean per class", Figures.Percent(report.MeanPerClass)];
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
            yield return ["agreement with fixed", Figures.Percent(agreement)];
        if (report.Seconds is { } seconds)
            yield return ["device seconds per image", (seconds / report.Images).ToString("F3", CultureInfo.InvariantCulture)];
        if (report.Failed > 0)
            yield return ["images that failed", Figures.Whole(report.Failed)];
    }

    public static IEnumerable<string[]> Strategies(IEnumerable<StrategyScore> scores) =>
    [
        ["strategy", "rows per image", "top-1", "agreement with fixed"],
        .. scores.Select(score => new[]
        {
            score.Settings.Length > 0 ? $"{score.Strategy}, {score.Settings}" : score.Strategy,
            Figures.Whole(score.RowsPerImage), Figures.Percent(score.Top1, score.StandardError), Figures.Percent(score.AgreementWithFixed),
        }),
    ];

    public static IEnumerable<string[]> PerClass(IEnumerable<ClassScore> scores) =>
    [
        ["class", "images", "accuracy"],
        .. scores.Select(score => new[]
        {
            score.Label,
            Figures.Whole(score.Images),
            score.Images > 0 ? Figures.Percent(score.Accuracy, score.StandardError) : "",
        }),
    ];

    public static IEnumerable<string[]> Mistakes(IEnumerable<Mistake> mistakes) =>
        [
            ["truth → answer", "images"],
            .. mistakes.Select(mistake => new[] { $"{mistake.Truth} → {mistake.Prediction}", Figures.Whole(mistake.Count) }),
        ];

    public static IEnumerable<string[]> Published(EvaluationReport report) =>
    [
        ["method", "top-1", "source"],
        [
            $"this run: {report.Model}",
            Figures.Percent(report.Top1, report.StandardError),
            $"{Figures.Whole(report.Images)} images of {report.Data}",
        ],
        .. report.Published.Select(result => new[] { result.Method, Figures.Percent(result.Score / 100), result.Source }),
    ];
}
