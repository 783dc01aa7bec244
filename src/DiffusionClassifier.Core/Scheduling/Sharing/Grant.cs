using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>What a policy grants.</summary>
/// <param name="Job">The job that is served.</param>
/// <param name="Rows">The most rows it gets, at least 1.</param>
internal readonly record struct Grant(ClassificationJob Job, int Rows);
