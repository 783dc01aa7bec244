using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>What a policy grants.</summary>
/// <param name="Job">Who is served.</param>
/// <param name="Rows">How many rows at most, at least 1.</param>
internal readonly record struct Grant(ClassificationJob Job, int Rows);
