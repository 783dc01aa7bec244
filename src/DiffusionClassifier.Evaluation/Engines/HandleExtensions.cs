using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Evaluation.Engines;

/// <summary>Waiting for an answer, with progress.</summary>
public static class HandleExtensions
{
    /// <summary>Passes on a request's progress until there is an answer.</summary>
    public static async Task<ClassificationResult> FollowAsync(
        this ClassificationHandle request, IProgress<ClassificationProgress> progress)
    {
        try
        {
            await foreach (ClassificationProgress news in request.Progress.ReadAllAsync())
                progress.Report(news);
            return await request.Result;
        }
        catch
        {
            request.Cancel(); // if progress could not be shown
            throw;
        }
    }
}
