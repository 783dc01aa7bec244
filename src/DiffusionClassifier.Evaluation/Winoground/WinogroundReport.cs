using System.Text;
using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Evaluation.Reports;

namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>report.json of Winoground. Immutable.</summary>
internal sealed record WinogroundReport
{
    private const string NotComparable = "Image and group score compare different images, which are not equally likely: "
        + "without --normalize-by-null only the text score is meaningful.";

    public required ReportOrigin? Origin { get; init; }

    public required string Model { get; init; }

    public required string Data { get; init; }

    public required int Examples { get; init; }

    public required IReadOnlyList<WinogroundScore> Scores { get; init; }

    public required bool NormalizedByNull { get; init; }

    public required double RowsPerExample { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<PublishedResult> Published { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    public required JsonObject Settings { get; init; }

    /// <param name="subject">What it is about.</param>
    /// <param name="results">At least one.</param>
    /// <param name="normalizedByNull">Whether scores of different images can be compared.</param>
    public static WinogroundReport Build(ReportSubject subject, IReadOnlyList<WinogroundResult> results, bool normalizedByNull) => new()
    {
        Origin = subject.Origin,
        Model = subject.Model,
        Data = subject.Data,
        Examples = results.Count,
        Scores = WinogroundScore.Of([.. results.OrderBy(result => result.Index)]),
        NormalizedByNull = normalizedByNull,
        RowsPerExample = results.Average(result => result.Rows),
        Seconds = results.OrderBy(result => result.Index).Sum(result => result.Seconds),
        Published = subject.Preset?.Published ?? [],
        Problems = subject.Problems,
        Settings = subject.Settings!,
    };

    public EvaluationOutcome Write(string folder) => ReportFiles.Write(folder, this, Markdown(), Html(), Problems);

    private string Markdown()
    {
        var text = new StringBuilder($"# {Model} on {Data}\n\n");
        MarkdownReport.Table(text, ScoreTable());
        if (!NormalizedByNull)
            text.Append($"\n{NotComparable}\n");
        if (Published.Count > 0)
        {
            text.Append("\n## Published text scores\n\n");
            MarkdownReport.Table(text, PublishedTable());
        }

        if (Origin is not null)
        {
            text.Append("\n## Origin\n\n");
            MarkdownReport.Table(text, ReportTables.Origin(Origin));
        }

        return text.ToString();
    }

    private string Html() => HtmlPage.Write($"{Model} on {Data}",
        HtmlPage.Section("Scores", NormalizedByNull ? null : NotComparable, HtmlPage.Table(ScoreTable())),
        Published.Count == 0 ? null : HtmlPage.Section("Published text scores", null, HtmlPage.Table(PublishedTable())),
        Origin is null ? null : HtmlPage.Section("Origin", null, HtmlPage.Table(ReportTables.Origin(Origin).Skip(1))),
        HtmlReport.Settings(Settings));

    private IEnumerable<string[]> ScoreTable() =>
    [
        ["score (95% interval)", "examples", "text", "image", "group"],
        .. Scores.Select(score => new[]
        {
            score.Tag,
            Figures.Whole(score.Examples),
            ReportTables.Percent(score.Text, score.TextInterval),
            ReportTables.Percent(score.Image, score.ImageInterval),
            ReportTables.Percent(score.Group, score.GroupInterval),
        }),
    ];

    private IEnumerable<string[]> PublishedTable() =>
        [
            ["method", "text score", "source"],
            .. Published.Select(result => new[] { result.Method, Figures.Percent(result.Score / 100), result.Source }),
        ];
}
