using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Baselines;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Evaluation.Statistics;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>A model and what it runs on, started only if there is work. Immutable.</summary>
/// <param name="Model">The model.</param>
/// <param name="Device">What it runs on; null: the best there is.</param>
/// <param name="CreateImages">Starts the image library.</param>
/// <param name="MaxImageBytes">The largest image file worth reading.</param>
/// <param name="WritePng">Makes an image file from pixels.</param>
/// <param name="Loggers">The engine's log.</param>
/// <param name="Monitor">Shows progress.</param>
public sealed record EvaluationHarness(
    SingleModel Model,
    DeviceOptions? Device,
    Func<IImagePreprocessor> CreateImages,
    long MaxImageBytes,
    WritePng WritePng,
    ILoggerFactory Loggers,
    IEvaluationMonitor Monitor)
{
    /// <summary>Opens the network that a baseline rests on.</summary>
    public required Func<IImageFeatures> OpenFeatures { get; init; }

    internal ModelManifest Manifest => Model.Manifest;

    /// <summary>Shows progress and the score so far while an engine works.</summary>
    /// <param name="total">The number of items.</param>
    /// <param name="measure">The name of the share of right answers.</param>
    /// <param name="done">How many items an earlier run did.</param>
    /// <param name="right">How many of those were right; null: unknown.</param>
    /// <param name="work">Does the other items.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The problems of single items.</returns>
    internal async Task<IReadOnlyList<string>> RunAsync(
        int total,
        string measure,
        int done,
        int? right,
        Func<EngineSession, RunningScore, Task<IReadOnlyList<string>>> work,
        CancellationToken cancellationToken)
    {
        if (done == total)
            return [];
        return await Monitor.ShowAsync($"evaluate {Manifest.Id}", async display =>
        {
            using EngineSession session = await EngineSession.StartAsync(Model, CreateImages(), Device, Loggers, cancellationToken);
            var score = new RunningScore(total, measure, display, TimeProvider.System);
            score.Resume(done, right);
            return await work(session, score);
        });
    }

    /// <summary>The baseline of a plan on the same images; null: none is asked for.</summary>
    /// <exception cref="EvaluationException">Its training images cannot be read, or do not have the labels.</exception>
    internal async Task<BaselineScore?> RunBaselineAsync(EvaluationPlan plan, ClassificationRequest request, Candidates candidates,
        IReadOnlyList<LabelledImage> images, CancellationToken cancellationToken)
    {
        if (plan.Baseline is not { } baseline)
            return null;
        DataSet training = baseline.Training.Read(MaxImageBytes, WritePng);
        Candidates known = FinderOf(training, plan).Find(request.Labels, request.Template);
        if (!known.Names.SequenceEqual(candidates.Names))
            throw new EvaluationException("--baseline-data: its classes are not those of --data.");
        IReadOnlyList<LabelledImage> chosen = new DataSubset(First: 0, Last: null, baseline.Images, Shard: 1, Shards: 1)
            .Of([.. training.Images.Where(image => known.TruthOfClass[image.Class] >= 0)], request.Seed);
        return await Monitor.ShowAsync($"baseline {baseline.Name}", async display =>
        {
            using IImageFeatures features = OpenFeatures();
            return await new BaselineRun(features, CreateImages(), TimeProvider.System).RunAsync(
                baseline, Labelled(chosen, known), training.Title, Labelled(images, candidates), candidates.Names.Count, request.Seed,
                display, cancellationToken);
        });

        static (LabelledImage, int)[] Labelled(IReadOnlyList<LabelledImage> images, Candidates candidates) =>
            [.. images.Select(image => (image, candidates.TruthOfClass[image.Class]))];
    }

    /// <summary>The images of a data set that are left by the labels and the selection.</summary>
    internal (DataSet Data, Candidates Candidates, IReadOnlyList<LabelledImage> Images) Open(
        EvaluationPlan plan, ClassificationRequest request)
    {
        DataSet data = plan.Data!.Read(MaxImageBytes, WritePng);
        Candidates candidates = FinderOf(data, plan).Find(request.Labels, request.Template);
        IReadOnlyList<LabelledImage> all = plan.Subset.InRange(data.Images);
        LabelledImage[] known = [.. all.Where(image => candidates.TruthOfClass[image.Class] >= 0)];
        if (known.Length < all.Count)
        {
            Monitor.WriteLine(
                $"{all.Count - known.Length} images are of classes that are not among the labels: they are left out.");
        }

        return (data, candidates, plan.Subset.Of(known, request.Seed));
    }

    private CandidateFinder FinderOf(DataSet data, EvaluationPlan plan) =>
        new(data, Manifest, plan.Preset ?? data.OwnPreset, plan.ClassNames);
}
