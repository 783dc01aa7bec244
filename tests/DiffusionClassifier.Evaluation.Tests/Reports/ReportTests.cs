using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Evaluation.Reports;
using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Tests.Reports;

public sealed class ReportTests
{
    private static readonly string[] Labels = ["cat", "dog <b>&", "cow"];

    private static readonly ImageResult[] Results =
    [
        Result(0, "cat", "cat", rank: 1, rows: 10, whole: "cat"),
        Result(1, "dog <b>&", "cat", rank: 3, rows: 20, whole: "dog <b>&"),
        Result(2, "cat", "cat", rank: 1, rows: 30, whole: "cat"),
        Result(3, "dog <b>&", "dog <b>&", rank: 1, rows: 60, whole: "dog <b>&"),
    ];

    [Fact]
    public void A_report_says_how_often_the_answer_was_right_and_what_it_cost()
    {
        EvaluationReport report = ReportBuilder.Build(Subject(), Results);

        Assert.Equal((4, 0.75, 1, 0.75), (report.Images, report.Top1, report.Top5, report.AgreementWithFixed));
        Assert.Equal(Math.Sqrt(0.75 * 0.25 / 4), report.StandardError, 12);
        Assert.Equal(0.75, report.MeanPerClass); // 2 of 2 cats, 1 of 2 dogs, no cow
        Assert.Equal((30, 100), (report.RowsPerImage, report.FixedRowsPerImage));
        Assert.Equal(2, report.Seconds);
        Assert.Equal(new Mistake("dog <b>&", "cat", 1), Assert.Single(report.Mistakes));
    }

    [Fact]
    public void A_report_says_where_it_comes_from_which_images_were_mistaken_and_how_precise_its_answers_are()
    {
        EvaluationReport report = ReportBuilder.Build(Subject(), Results);

        string text = MarkdownReport.Write(report);

        Assert.Equal(new MistakenImage(1, "1.png", "dog <b>&", "cat", 0.9), Assert.Single(report.MistakenImages));
        // 3 answers "cat", 2 of them right, and both cats found; one answer "dog", right, and one of two dogs found; no cow either way.
        Assert.Equal([2.0 / 3, 1, 0], report.PerClass.Select(score => score.Precision));
        Assert.Equal([0.8, 2.0 / 3, 0], report.PerClass.Select(score => score.F1));
        Assert.Equal((0.8 + 2.0 / 3) / 2, report.MacroF1, 12);
        Assert.All(
            (string[])["2026-01-02 03:04:05Z", "1.2.3", "dclassify evaluate --out 'my runs'", "a machine", "75.0% (30.1 to 95.4)", "1.png"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_shows_mistakes_with_links_and_charts_with_error_bars()
    {
        EvaluationReport report = ReportBuilder.Build(Subject(), Results) with { Strategies = new BankReplay(Bank()).Run() };
        report = report with
        {
            MistakenImages =
                [.. report.MistakenImages.Select(image => image with { Thumbnail = "data:image/png;base64,AA==", Link = "../a%20b.png" })],
        };

        XDocument page = XDocument.Parse(HtmlReport.Write(report)["<!DOCTYPE html>".Length..]);

        XElement link = Assert.Single(page.Descendants("a"));
        Assert.Equal(("../a%20b.png", "1.png"), ((string?)link.Attribute("href"), (string?)link.Element("img")?.Attribute("alt")));
        Assert.Equal(
            2 * report.Strategies.Count + report.Coverage!.Count,
            page.Descendants("path").Count(path => ((string?)path.Attribute("class"))!.StartsWith("whisker", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_order_in_which_results_came_changes_nothing()
    {
        string forwards = JsonSerializer.Serialize(ReportBuilder.Build(Subject(), Results), AnswerJson.Options);
        string backwards = JsonSerializer.Serialize(ReportBuilder.Build(Subject(), [.. Results.Reverse()]), AnswerJson.Options);

        Assert.Equal(forwards, backwards);
    }

    [Fact]
    public void The_page_is_whole_stands_alone_and_takes_names_for_text()
    {
        EvaluationReport report = ReportBuilder.Build(Subject(PresetLibrary.Find("cifar10")), Results) with
        {
            Strategies = new BankReplay(Bank()).Run(),
            Timesteps = BankStatistics.Timesteps(Bank()),
            Problems = ["a\u0001b.png: no picture"],
        };
        report = report with
        {
            MistakenImages =
                [.. report.MistakenImages.Select(image => image with { Thumbnail = "data:image/png;base64,AA==", Link = "../a%20b.png" })],
        };

        string html = HtmlReport.Write(report);

        XDocument page = XDocument.Parse(html["<!DOCTYPE html>".Length..]); // throws where a tag is open or a name unescaped
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "iframe");
        Assert.All(page.Descendants("img"), image => Assert.StartsWith("data:image/png;base64,", (string?)image.Attribute("src")));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Value.Contains("://", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Value.Contains("NaN", StringComparison.Ordinal));
        // An empty element that HTML does not know as void would swallow the rest of the page.
        Assert.All(
            page.Descendants().Where(element => element.IsEmpty && !element.Ancestors().Any(above => above.Name == "svg")),
            element => Assert.Contains(element.Name.LocalName, (string[])["meta", "img"]));
        Assert.Equal(8, page.Descendants("svg").Count()); // two of cost, three of timesteps, reliability, coverage, confusion
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bank_gives_every_strategy_its_cost_and_its_agreement()
    {
        IReadOnlyList<StrategyScore> scores = new BankReplay(Bank()).Run();

        StrategyScore whole = scores.Last(score => score.Strategy == "fixed");
        Assert.Equal((1, 48.0 * 3), (whole.AgreementWithFixed, whole.RowsPerImage));
        Assert.Equal(["clark-jaini", "fast", "fixed", "race", "race-anytime", "staged"], scores.Select(score => score.Strategy).Distinct().Order());
        Assert.All(scores, score => Assert.InRange(score.RowsPerImage, 3 * 8, 3 * 48));
        Assert.Equal(1, scores.First(score => score.Strategy == "race").AgreementWithFixed);
    }

    [Fact]
    public void Fewer_trials_of_a_bank_are_those_that_a_request_of_so_many_would_run()
    {
        // Trials 1, 3, … 15 lie at the middles of eight equal parts of the range, and say class 1; the others say class 0, a little louder.
        float[] errors = [.. Enumerable.Range(0, 16).SelectMany(trial => trial % 2 == 1 ? new float[] { 2, 1 } : [1, 2.5f])];
        var bank = new ErrorBank(errors, [.. Enumerable.Range(0, 16)], [1]);

        IReadOnlyList<StrategyScore> scores = new BankReplay(bank).Run();

        Assert.Equal(
            [("8 trials", 1.0), ("16 trials", 0.0)],
            scores.Where(score => score.Strategy == "fixed").Select(score => (score.Settings, score.Top1)));
    }

    [Fact]
    public void A_bank_shows_what_each_timestep_tells()
    {
        // One image of class 1; trial 0 (t = 5) is right by 3, trial 1 (t = 2) wrong by 1.
        var bank = new ErrorBank([4, 1, 4, 2, 3, 2], [5, 2], [1]);

        Assert.Equal([new TimestepScore(2, 3, -1, 0), new TimestepScore(5, 1, 3, 1)], BankStatistics.Timesteps(bank));
    }

    [Fact]
    public void All_labels_on_all_trials_of_a_bank_are_an_answer()
    {
        var bank = new ErrorBank([4, 1, 4, 2, 3, 2], [5, 2], [0], images: [9]);

        ImageResult result = Assert.Single(BankStatistics.Results(bank, ["a", "b", "c"], beta: Math.Log(2)));

        Assert.Equal((9, "a", "b", 2), (result.Index, result.Truth, result.Prediction, result.Rank));
        Assert.Equal(0.5, result.Posterior, 12); // means 3, 2, 3: weights ½, 1, ½
        Assert.Equal(0.25, result.TruthPosterior, 12);
        Assert.Equal((6, 6), (result.Rows, result.FixedRows));
    }

    private static ErrorBank Bank()
    {
        const int Images = 4, Trials = 48, Classes = 3;
        var random = new Random(5);
        int[] labels = [0, 1, 2, 0];
        float[] errors =
        [
            .. Enumerable.Range(0, Images * Trials * Classes)
                .Select(i => (float)(1 + 0.1 * random.NextDouble() - (i % Classes == labels[i / Classes / Trials] ? 0.2 : 0))),
        ];
        return new ErrorBank(errors, [.. Enumerable.Range(0, Trials).Select(trial => 10 * trial)], labels);
    }

    private static ReportSubject Subject(Preset? preset = null) =>
        new(
            new ReportOrigin(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "1.2.3", "dclassify evaluate --out 'my runs'", "a machine"),
            "tiny",
            "folder:pets",
            preset,
            Labels,
            new PosteriorSummary(PosteriorPreset.Fitted, 5481.85, Calibrated: true),
            new JsonObject { ["seed"] = 1 },
            []);

    private static ImageResult Result(int index, string truth, string prediction, int rank, int rows, string whole) =>
        new(index, $"{index}.png", truth, prediction, rank, 0.9, 0.5, rows, 100, 10, 0.1, 0.01, 0.5, whole);
}
