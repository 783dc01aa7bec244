using System.Text.Json.Nodes;
using System.Xml.Linq;
using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>report.html: one self-contained page.</summary>
internal static class HtmlReport
{
    private const int LongestSettings = 20_000; // characters: a thousand labels with their prompts are in report.json

    public static string Write(EvaluationReport report) => HtmlPage.Write($"{report.Model} on {report.Data}",
        HtmlPage.Tiles(ReportTables.Summary(report)),
        Strategies(report),
        Timesteps(report),
        Explanations(report.Explanations),
        Baseline(report),
        Published(report),
        Posteriors(report),
        Confusion(report),
        MistakenImages(report),
        HtmlPage.Section("Classes", null, HtmlPage.Table(ReportTables.PerClass(report.PerClass))),
        report.Problems.Count == 0
            ? null
            : HtmlPage.Section(
                "Images that failed", null, HtmlPage.Table([["problem"], .. report.Problems.Select(problem => new[] { problem })])),
        report.Origin is { } origin ? HtmlPage.Section("Origin", null, HtmlPage.Table(ReportTables.Origin(origin).Skip(1))) : null,
        Settings(report.Settings));

    /// <summary>What the results depend on.</summary>
    public static XElement? Settings(JsonObject? settings)
    {
        if (settings is null)
            return null;
        string text = settings.ToJsonString(AnswerJson.Indented);
        return HtmlPage.Section(
            "Settings",
            null,
            new XElement("pre", text.Length <= LongestSettings ? text : $"{text[..LongestSettings]} … (the rest is in report.json)"));
    }

    private static XElement? Strategies(EvaluationReport report) => report.Strategies is not { } scores ? null : HtmlPage.Section(
        "Strategies on the same errors",
        "Every strategy was run on the stored errors of all images. The line is fixed with fewer trials; "
            + "bars are 95% intervals (Wilson).",
        HtmlPage.Pair(
            (Charts.Cost(scores, "top-1", score => score.Top1, score => score.Top1Interval), "Accuracy against cost"),
            (
                Charts.Cost(scores, "agreement with fixed", score => score.AgreementWithFixed, score => score.AgreementInterval),
                "Agreement with all labels on all trials against cost")),
        Charts.CostKey(scores),
        HtmlPage.Table(ReportTables.Strategies(scores)));

    private static XElement? Timesteps(EvaluationReport report) => report.Timesteps is not { } scores ? null : HtmlPage.Section(
        "Timesteps",
        "What single timesteps tell: the error of the true label, by how much it is below the mean of the other labels, "
            + "and how often one trial alone is right.",
        HtmlPage.Pair(
            (Charts.Timesteps(scores, "mean error of the true label", score => score.Error, isShare: false), "Error against timestep"),
            (
                Charts.Timesteps(scores, "others' mean error minus that of the true label", score => score.Margin, isShare: false),
                "Margin of the true label against timestep"),
            (
                Charts.Timesteps(scores, "right with one trial", score => score.Accuracy, isShare: true),
                "Accuracy of one trial against timestep")));

    private static XElement? Explanations(ExplanationReport? report) => report is null ? null : HtmlPage.Section(
        "Explanations",
        ExplanationTables.Note(report),
        HtmlPage.Table(ExplanationTables.Scores(report)),
        report.Scores[0].Insertion.Count == 0
            ? null
            : HtmlPage.Pair(
                (
                    Charts.Steps(report.Scores, "pixels put onto the blurred image", score => score.Insertion),
                    "Insertion: the sooner the posterior rises, the better the map"),
                (
                    Charts.Steps(report.Scores, "pixels replaced by the mean color", score => score.Deletion),
                    "Deletion: the sooner it falls, the better")),
        report.Scores[0].Insertion.Count == 0 ? null : Charts.Key(report.Scores.Select(score => score.Map)),
        HtmlPage.Gallery(report.Examples));

    private static XElement? Baseline(EvaluationReport report) => report.Baseline is not { } baseline ? null : HtmlPage.Section(
        "Beside a baseline",
        $"A linear classifier on what a network sees that was trained on ImageNet: with the labels of {baseline.TrainedOn}, "
            + "which a zero-shot model does without.",
        HtmlPage.Table(ReportTables.Baseline(report, baseline)));

    private static XElement? Published(EvaluationReport report) => report.Published.Count == 0 ? null : HtmlPage.Section(
        "Published results",
        "Other models and other samples of images: to be read as orders of magnitude.",
        HtmlPage.Table(ReportTables.Published(report)));

    private static XElement? Posteriors(EvaluationReport report) => report.Reliability is not { } bins ? null : HtmlPage.Section(
        "Posteriors",
        "Of answers with a posterior of 80%, 80% should be right: bars on the dotted line. "
            + $"Expected calibration error {Figures.Percent(report.Ece ?? 0)} in {bins.Count} bins; "
            + $"on {Figures.Whole(report.Images)} images a perfect posterior would show up to "
            + $"{Figures.Percent(CalibrationError.ByChance(report.Images, bins.Count))} by chance.",
        HtmlPage.Pair(
            (Charts.Reliability(bins), "Reliability diagram"),
            (Charts.Coverage(report.Coverage ?? []), "Accuracy against coverage: answers below a posterior are rejected (rejectBelow)")),
        HtmlPage.Table(ReportTables.Coverage(report.Coverage ?? [])));

    private static XElement Confusion(EvaluationReport report) => HtmlPage.Section(
        "Confusion", "Rows are the truth, columns the answer.",
        report.Confusion is { } counts
            ? new XElement(
                "div", new XAttribute("class", "square"), Charts.Confusion([.. report.PerClass.Select(score => score.Label)], counts))
            : null,
        report.Mistakes.Count > 0 ? HtmlPage.Table(ReportTables.Mistakes(report.Mistakes)) : null);

    private static XElement? MistakenImages(EvaluationReport report) => report.MistakenImages.Count == 0 ? null : HtmlPage.Section(
        "Misclassified images",
        "The model's most confident mistakes first: truth → answer, its posterior, and the file.",
        report.MistakenImages.Any(image => image.Thumbnail is not null)
            ? HtmlPage.Gallery(report.MistakenImages)
            : HtmlPage.Table(ReportTables.MistakenImages(report.MistakenImages)));
}
