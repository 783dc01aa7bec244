using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>Decides whose rows come next. Owned by a <see cref="RowScheduler"/> and called under its lock.</summary>
internal interface ISharePolicy
{
    /// <summary>A job enters; it may have to be encoded first.</summary>
    void Add(ClassificationJob job);

    /// <summary>A job has ended.</summary>
    void Remove(ClassificationJob job);

    /// <summary>
    /// The job to serve next, of those that <see cref="BatchDraft.CanTake"/>, and how many rows it may have before the question is asked
    /// again.
    /// </summary>
    Grant? Next(BatchDraft draft, long now);

    /// <summary>A job was given device time.</summary>
    /// <param name="job">Which.</param>
    /// <param name="rows">Rows that it was allotted; below zero if some are given back, 0 for an encoding.</param>
    /// <param name="seconds">Estimated device seconds; below zero if some are given back.</param>
    void Charge(ClassificationJob job, int rows, double seconds);
}
