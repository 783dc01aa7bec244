using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Testing;

/// <summary>Requests whose tests do not look at the handle.</summary>
public static class EngineExtensions
{
    /// <summary>The answer to a request without a particular caller.</summary>
    public static Task<ClassificationResult> ClassifyAsync(
        this ClassificationEngine engine, ClassificationRequest request, IProgress<ClassificationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        engine.ClassifyAsync(new Submission(request), progress, cancellationToken);

    /// <summary>The answer to a submission.</summary>
    public static async Task<ClassificationResult> ClassifyAsync(
        this ClassificationEngine engine, Submission submission, IProgress<ClassificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ClassificationHandle handle = engine.Submit(submission, cancellationToken);
        if (progress is not null)
        {
            await foreach (ClassificationProgress news in handle.Progress.ReadAllAsync(CancellationToken.None))
                progress.Report(news);
        }

        return await handle.Result;
    }

    /// <summary>A request with stages of samples and of labels to keep.</summary>
    public static ClassificationRequest Staged(this ClassificationRequest request, params (int Samples, int Keep)[] stages) =>
        request with { StageSamples = [.. stages.Select(stage => stage.Samples)], StageKeep = [.. stages.Select(stage => stage.Keep)] };
}
