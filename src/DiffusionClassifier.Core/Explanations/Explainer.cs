using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Explanations;

/// <summary>
/// Adds to an answer where in the image it comes from, by the maps that its rows left behind. Owns the memory that maps may take;
/// thread-safe.
/// </summary>
/// <param name="images">Draws the map over the image.</param>
/// <param name="maxBytes">The most memory that the maps of all requests together may take.</param>
internal sealed class Explainer(IImagePreprocessor images, long maxBytes)
{
    private const int MostCurves = 20; // labels: more lines tell nobody more

    private const string NothingKept =
        "No explanation: there was no memory for its maps (Engine:MaxExplainBytes). Send fewer labels, or try again.";

    private readonly MapBudget _budget = new(maxBytes);

    /// <summary>Room for a request's maps; null: it asked for no explanation.</summary>
    public ErrorMaps? Begin(JobSettings settings)
    {
        LatentShape shape = settings.Manifest.Latent;
        return settings.Contrast is null
            ? null
            : new ErrorMaps(settings.Prompts.Count, settings.Plan.Count, shape.Channels, shape.Height * shape.Width, _budget);
    }

    /// <summary>The answer with its explanation, or with a warning that says why there is none.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="job">Whose it is.</param>
    /// <param name="maps">What its rows left behind.</param>
    /// <param name="image">The image as the model saw it.</param>
    public ClassificationResult Explain(ClassificationResult result, ClassificationJob job, ErrorMaps maps, PixelImage image)
    {
        var labels = new RankedLabels(result, job);
        var contrast = new MapContrast(job, maps, labels);
        return Others(labels, job.Settings).Select(contrast.Against).FirstOrDefault(map => map is not null) is { } map
            ? result with { Explanation = Explanation(map, job, labels, image) }
            : result with { Warnings = [.. result.Warnings, NothingKept] };
    }

    // The one that was asked for, or those that it can be, best first: of a label that lost early the maps are gone.
    private static IEnumerable<int?> Others(RankedLabels labels, JobSettings settings) => settings.Contrast switch
    {
        { WithNull: true } => [null],
        { Label: { } label } when label != labels.Winner => [label],
        _ => labels.Ranking.Skip(1).Select(label => (int?)label),
    };

    private Explanation Explanation(HeatMap map, ClassificationJob job, RankedLabels labels, PixelImage image)
    {
        LatentShape shape = job.Settings.Manifest.Latent;
        IEnumerable<int> shown = labels.Ranking.Take(MostCurves);
        if (map.Against is { } other)
            shown = shown.Append(other).Distinct();
        return new Explanation(
            labels.Name(labels.Winner),
            map.Against is { } against ? labels.Name(against) : null,
            shape.Width,
            shape.Height,
            map.Trials,
            map.Values,
            map.StandardErrors,
            images.Overlay(image, SmoothMap.Of(map.Values, shape.Width, shape.Height), shape.Width, shape.Height),
            [.. shown.Select(label => TimestepCurves.Of(job, labels, label))]);
    }
}
