using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Evaluation.Runs;
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

    /// <summary>The images of a data set that are left by the labels and the selection.</summary>
    internal (DataSet Data, Candidates Candidates, IReadOnlyList<LabelledImage> Images) Open(
        EvaluationPlan plan, ClassificationRequest request)
    {
        DataSet data = plan.Data!.Read(MaxImageBytes, WritePng);
        var finder = new CandidateFinder(data, Manifest, plan.Preset ?? data.OwnPreset, plan.ClassNames);
        Candidates candidates = finder.Find(request.Labels, request.Template);
        LabelledImage[] known = [.. data.Images.Where(image => candidates.TruthOfClass[image.Class] >= 0)];
        if (known.Length < data.Images.Count)
        {
            Monitor.WriteLine(
                $"{data.Images.Count - known.Length} images are of classes that are not among the labels: they are left out.");
        }

        return (data, candidates, plan.Subset.Of(known, request.Seed));
    }
}
