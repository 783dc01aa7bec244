using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>What a run leaves, whether or not it was interrupted.</summary>
/// <typeparam name="T">One result.</typeparam>
/// <param name="Folder">The run's folder.</param>
/// <param name="Results">At least one, in the order of the data, no matter when they came.</param>
/// <param name="Problems">Why single ones are missing.</param>
internal sealed record FinishedRun<T>(RunFolder Folder, IReadOnlyList<T> Results, IReadOnlyList<string> Problems);
