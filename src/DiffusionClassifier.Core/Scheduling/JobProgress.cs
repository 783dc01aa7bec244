using DiffusionClassifier.Core.Contracts;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>How a client hears of its job. Owned by the job.</summary>
/// <param name="sink">Told after every batch that held rows of the job.</param>
/// <param name="answersEvery">The time between two answers so far; null: none.</param>
internal sealed class JobProgress(IProgress<ClassificationProgress> sink, TimeSpan? answersEvery)
{
    private TimeSpan _lastAnswer; // since the request came

    public void Report(ClassificationProgress progress) => sink.Report(progress);

    /// <summary>The answer so far, if one is due and a trial is complete. Called under the scheduler's lock.</summary>
    public ClassificationResult? Answer(ClassificationJob job, long now)
    {
        TimeSpan waited = job.Clock.Waited(now);
        if (answersEvery is not { } interval || waited - _lastAnswer < interval || job.Scores.CompleteTrials() is not (> 0 and int trials))
            return null;
        _lastAnswer = waited;
        job.Scores.Limit = trials;
        try
        {
            return ResultBuilder.Build(job, now);
        }
        finally
        {
            job.Scores.Limit = int.MaxValue;
        }
    }
}
