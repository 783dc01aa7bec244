using DiffusionClassifier.Evaluation.Formats;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>What the text and the page say about explanations. Stateless.</summary>
internal static class ExplanationTables
{
    private const string Unknown = "\u2013";

    public static IEnumerable<string[]> Scores(ExplanationReport report) =>
    [
        ["map", "insertion AUC ↑", "deletion AUC ↓", "pointing ↑ (95% interval)"],
        .. report.Scores.Select(score => new[]
        {
            score.Map,
            Area(score.InsertionAuc, score.InsertionStandardError),
            Area(score.DeletionAuc, score.DeletionStandardError),
            score is { Pointing: { } share, PointingInterval: { } interval } ? ReportTables.Percent(share, interval) : Unknown,
        }),
    ];

    /// <summary>What the table rests on.</summary>
    public static string Note(ExplanationReport report)
    {
        string curves = report.RowsPerImage > 0
            ? $"The curves of an image cost {Figures.Whole(report.RowsPerImage)} rows besides its answer; ± is one standard error. "
            : "";
        string boxes = report.WithBox > 0
            ? $"The pointing rests on {Figures.Whole(report.WithBox)} images with a box of the object that the winner names. "
            : "";
        return $"{Figures.Whole(report.Images)} images have an explanation. {curves}{boxes}"
            + "A map is worth something if it does better than a random one and than one that falls off from the middle.";
    }

    private static string Area(double? mean, double? standardError) => (mean, standardError) switch
    {
        ({ } area, { } error) => Figures.Text($"{area:F3} ± {error:F3}"),
        ({ } area, null) => Figures.Text($"{area:F3}"),
        _ => Unknown,
    };
}
