using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Reports;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Tests.Reports;

public sealed class ExplanationReportTests
{
    [Fact]
    public void Each_kind_of_map_has_the_mean_of_its_areas_and_how_often_it_points_to_the_object()
    {
        ExplanationReport report = Build([Result(0, 1, 0.5, 0), Result(1, 1, 1, 0), Result(2, 1, 1, 1)])!;

        ExplanationScore score = report.Scores[0];
        Assert.Equal(["explanation", "random", "center"], report.Scores.Select(each => each.Map));
        Assert.Equal((3, 2, 30), (report.Images, report.WithBox, report.RowsPerImage)); // the third image has no box
        Assert.Equal((0.5 + 0.75 + 1) / 3, score.DeletionAuc!.Value, 12);
        Assert.Equal(0.25 / Math.Sqrt(3), score.DeletionStandardError!.Value, 12);
        Assert.Equal([1, 2.5 / 3, 1.0 / 3], score.Deletion);
        Assert.Equal((1.0, 0.0), (score.Pointing, report.Scores[2].Pointing)); // the object is in the corner
        Assert.Null(Build([Result(0, 1, 0, 0) with { Explained = null }]));
    }

    [Fact]
    public void Text_page_and_data_have_the_table_only_where_explanations_were_judged()
    {
        EvaluationReport plain = Plain(), judged = plain with { Explanations = Build([Result(0, 1, 0.5, 0)]) };

        string text = MarkdownReport.Write(judged);
        XDocument page = XDocument.Parse(HtmlReport.Write(judged)["<!DOCTYPE html>".Length..]);

        Assert.Contains("| explanation | 0.500 | 0.500 | 100.0% (20.7 to 100.0) |", text, StringComparison.Ordinal);
        Assert.Equal(2 * 3, page.Descendants("polyline").Count(line => ((string?)line.Attribute("class"))!.StartsWith("line c", StringComparison.Ordinal)));
        Assert.NotNull(JsonNode.Parse(JsonSerializer.Serialize(judged, AnswerJson.Options))!["explanations"]);
        Assert.DoesNotContain("xplanation", MarkdownReport.Write(plain), StringComparison.Ordinal);
        Assert.DoesNotContain("xplanation", JsonSerializer.Serialize(plain, AnswerJson.Options), StringComparison.Ordinal);
        Assert.DoesNotContain("xplain", JsonSerializer.Serialize(Result(0, 1, 0, 0) with { Explained = null }, AnswerJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_is_the_same_after_it_was_stored()
    {
        ImageResult result = Result(3, 1, 0.5, 0);

        ImageResult stored = JsonSerializer.Deserialize<ImageResult>(JsonSerializer.Serialize(result, AnswerJson.Options), AnswerJson.Options)!;

        Assert.Equal(result.Explained!.Values, stored.Explained!.Values);
        Assert.Equal(result.Explained.Curves[0].Deletion, stored.Explained.Curves[0].Deletion);
    }

    private static ExplanationReport? Build(IReadOnlyList<ImageResult> results) =>
        new ExplanationReportBuilder(index => (ulong)index, result => result.Index < 2 ? [new ObjectBox(48, 0, 16, 16)] : []).Build(results);

    private static EvaluationReport Plain()
    {
        var subject = new ReportSubject(null, "tiny", "csv:x", null, ["cat", "dog"], null, null, []);
        return ReportBuilder.Build(subject, [Result(0, 1, 0, 0)]);
    }

    // The map's maximum is in the upper right corner.
    private static ImageResult Result(int index, params double[] deletion)
    {
        float[] map = new float[16];
        map[3] = 1;
        MapCurves[] curves = [.. ExplainedImage.MapNames.Select(name => new MapCurves(name, [.. deletion.Reverse()], deletion))];
        return new ImageResult(index, $"{index}.png", "cat", "cat", 1, 0.9, 0.9, 10, 100, 10, 0.1, 0.01, 0.5, null)
        {
            Explained = new ExplainedImage("dog", 64, 64, 4, 4, 8, map, 30, curves),
        };
    }
}
