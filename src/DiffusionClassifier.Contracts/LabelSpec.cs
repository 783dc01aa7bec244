namespace DiffusionClassifier.Contracts;

/// <summary>A candidate label.</summary>
/// <param name="Label">Its name in the answer.</param>
/// <param name="Prompts">The prompts that stand for it in a text-conditional model; null: the templates make them.</param>
public sealed record LabelSpec(string Label, IReadOnlyList<string>? Prompts = null)
{
    public static implicit operator LabelSpec(string label) => new(label);

    public static LabelSpec FromString(string label) => new(label);

    /// <summary>Labels without prompts of their own; null stays null.</summary>
    public static IReadOnlyList<LabelSpec>? FromStrings(IEnumerable<string>? labels) => labels?.Select(FromString).ToArray();
}
