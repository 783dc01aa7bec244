using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>Turns the explanations among results into their part of the report.</summary>
/// <param name="mapSeed">The seed of an image's random map, by the image's index.</param>
/// <param name="boxesOf">The objects that an image's winner names; null: unknown for all images.</param>
internal sealed class ExplanationReportBuilder(Func<int, ulong> mapSeed, Func<ImageResult, IEnumerable<ObjectBox>>? boxesOf)
{
    private const int MostExamples = 16; // of 60 kilobytes each: the page stays near a megabyte

    /// <returns>Null: no result has an explanation.</returns>
    public ExplanationReport? Build(IReadOnlyList<ImageResult> results)
    {
        (ImageResult Result, ExplainedImage Explained, bool[]? Hits)[] images =
        [
            .. results.OrderBy(result => result.Index).Where(result => result.Explained is not null)
                .Select(result => (result, result.Explained!, HitsOf(result, result.Explained!))),
        ];
        if (images.Length == 0)
            return null;
        bool[][] hits = [.. images.Select(image => image.Hits).OfType<bool[]>()];
        return new ExplanationReport(
            images.Length,
            hits.Length,
            images.Average(image => image.Explained.Rows),
            [.. ExplainedImage.MapNames.Select((name, map) => Score(name, map, [.. images.Select(image => image.Explained)], hits))],
            [
                .. images.OrderBy(image => image.Hits?[0] ?? true).Take(MostExamples).Select(image => new ExplainedExample(
                    image.Result.Index, image.Result.Name, image.Result.Prediction, image.Explained.Against, image.Hits?[0])),
            ]);
    }

    // Whether each map points to the object.
    private bool[]? HitsOf(ImageResult result, ExplainedImage explained) =>
        boxesOf?.Invoke(result).ToArray() is { Length: > 0 } boxes
        ? [.. explained.Maps(mapSeed(result.Index)).Select(map => PointingGame.IsHit(map, explained, boxes))]
        : null;

    private static ExplanationScore Score(string name, int map, ExplainedImage[] images, bool[][] hits)
    {
        MapCurves[] curves = [.. images.SelectMany(image => image.Curves).Where(each => each.Map == name)];
        Estimate? insertion = Estimate.Of([.. curves.Select(each => MapCurves.Area(each.Insertion))]);
        Estimate? deletion = Estimate.Of([.. curves.Select(each => MapCurves.Area(each.Deletion))]);
        Proportion pointing = Proportion.Of(hits, each => each[map]);
        return new ExplanationScore(
            name,
            insertion?.Mean,
            insertion?.StandardError,
            deletion?.Mean,
            deletion?.StandardError,
            hits.Length > 0 ? pointing.Value : null,
            hits.Length > 0 ? pointing.Interval : null,
            Mean([.. curves.Select(each => each.Insertion)]),
            Mean([.. curves.Select(each => each.Deletion)]));
    }

    private static double[] Mean(IReadOnlyList<double>[] curves) => curves.Length == 0
        ? []
        : [.. Enumerable.Range(0, curves[0].Count).Select(step => curves.Average(curve => curve[step]))];
}
