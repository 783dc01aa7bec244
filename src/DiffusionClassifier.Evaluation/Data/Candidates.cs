namespace DiffusionClassifier.Evaluation.Data;

/// <summary>What a model may answer, and which answer is true. Immutable.</summary>
/// <param name="Labels">The labels of every request, in their order.</param>
/// <param name="TruthOfClass">For each class of the data set, the index of its label; −1 if it has none.</param>
internal sealed record Candidates(IReadOnlyList<LabelSpec> Labels, IReadOnlyList<int> TruthOfClass)
{
    public IReadOnlyList<string> Names { get; } = [.. Labels.Select(label => label.Label)];
}
