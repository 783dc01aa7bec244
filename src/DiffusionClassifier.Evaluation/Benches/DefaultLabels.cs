using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The labels of a bench's requests.</summary>
internal static class DefaultLabels
{
    private const int Prompts = 10; // labels of a request to a model that has no classes of its own

    /// <summary>The given ones; else all classes of the model (null), or some prompts for a model without classes.</summary>
    public static IReadOnlyList<LabelSpec>? Of(ModelManifest manifest, IReadOnlyList<string>? given) =>
        LabelSpec.FromStrings(given ?? (manifest.Conditioning == ConditioningKind.Class ? null : Made()));

    /// <summary>How many there are.</summary>
    public static int Count(ModelManifest manifest, IReadOnlyList<string>? given) => Of(manifest, given)?.Count ?? manifest.Classes.Count;

    private static string[] Made() => [.. Enumerable.Range(1, Prompts).Select(number => $"a photo of thing {number}")];
}
