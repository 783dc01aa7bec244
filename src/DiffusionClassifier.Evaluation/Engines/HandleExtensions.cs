using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Evaluation.Engines;

/// <summary>Waiting for an answer with something to look at.</summary>
public static class HandleExtensions
{
    /// <summary>Passes the news of a request on until there is its answer.</summary>
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
            request.Cancel(); // whatever could not be shown
            throw;
        }
    }
}
