using System.Globalization;
using DiffusionClassifier.Cli.Evaluate.Banks;

namespace DiffusionClassifier.Cli.Evaluate.Reports;

/// <summary>The tables that the text and the page show alike: a line of headers, then the cells; all but the first column are numbers.</summary>
internal static class ReportTables
{
    public static IEnumerable<string[]> Summary(EvaluationReport report)
    {
        yield return ["", "value"];
        yield return ["pictures", Percent.Number(report.Images)];
        yield return ["top-1", Percent.Of(report.Top1, report.StandardError)];
        yield return ["top-5", Percent.Of(report.Top5)];
        yield return ["mean per class", Percent.Of(report.MeanPerClass)];
        if (report.Ece is { } ece)
            yield return [string.Create(CultureInfo.InvariantCulture, $"expected calibration error, {Words.Of(report.Posterior!.Preset)} β = {report.Posterior.Beta:G4}"), Percent.Of(ece)];
        yield return ["rows a picture", Percent.Number(report.RowsPerImage)];
        yield return ["rows a picture, fixed", Percent.Number(report.FixedRowsPerImage)];
        if (report.AgreementWithFixed is { } agreement)
            yield return ["agreement with fixed", Percent.Of(agreement)];
        if (report.Seconds is { } seconds)
            yield return ["device seconds a picture", (seconds / report.Images).ToString("F3", CultureInfo.InvariantCulture)];
        if (report.Failed > 0)
            yield return ["pictures that failed", Percent.Number(report.Failed)];
    }

    public static IEnumerable<string[]> Strategies(IEnumerable<StrategyScore> scores) =>
    [
        ["strategy", "rows a picture", "top-1", "agreement with fixed"],
        .. scores.Select(score => new[]
        {
            score.Settings.Length > 0 ? $"{score.Strategy}, {score.Settings}" : score.Strategy,
            Percent.Number(score.RowsPerImage), Percent.Of(score.Top1, score.StandardError), Percent.Of(score.AgreementWithFixed),
        }),
    ];

    public static IEnumerable<string[]> PerClass(IEnumerable<ClassScore> scores) =>
    [
        ["class", "pictures", "accuracy"],
        .. scores.Select(score => new[] { score.Label, Percent.Number(score.Images), score.Images > 0 ? Percent.Of(score.Accuracy, score.StandardError) : "" }),
    ];

    public static IEnumerable<string[]> Mistakes(IEnumerable<Mistake> mistakes) =>
        [["truth → answer", "pictures"], .. mistakes.Select(mistake => new[] { $"{mistake.Truth} → {mistake.Prediction}", Percent.Number(mistake.Count) })];

    public static IEnumerable<string[]> Published(EvaluationReport report) =>
    [
        ["method", "top-1", "source"],
        [$"this run: {report.Model}", Percent.Of(report.Top1, report.StandardError), $"{Percent.Number(report.Images)} pictures of {report.Data}"],
        .. report.Published.Select(result => new[] { result.Method, Percent.Of(result.Score / 100), result.Source }),
    ];
}
