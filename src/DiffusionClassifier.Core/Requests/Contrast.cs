using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Requests;

/// <summary>What an explanation compares the winner with: the empty prompt, a label, or the next best label. Immutable.</summary>
/// <param name="WithNull">Whether it is the empty prompt.</param>
/// <param name="Label">The label's index; null: the next best.</param>
internal sealed record Contrast(bool WithNull, int? Label)
{
    private const string Best = "true", RunnerUp = "runnerUp", Null = "null";

    /// <summary>Whether a request's <c>explain</c> asks for the empty prompt: a label of that name comes first.</summary>
    public static bool AsksForNull(ClassificationRequest request, IReadOnlyList<LabelSpec> labels) =>
        request.Explain == Null && !labels.Any(label => label.Label == Null);

    /// <returns>Null: no explanation is asked for.</returns>
    /// <exception cref="ClassificationException">The value is none of these, or there is nothing to compare with.</exception>
    public static Contrast? Of(ClassificationRequest request, LabelSet labels, LoadedModel model)
    {
        if (!request.AsksForExplanation())
            return null;
        string explain = request.Explain!;
        if (labels.Reference is not null)
            return Checked(new Contrast(WithNull: true, Label: null), model);
        int label = labels.Labels.Index().Where(pair => pair.Item.Label == explain).Select(pair => pair.Index).FirstOrDefault(-1);
        bool isNext = label < 0 && (explain == Best || string.Equals(explain, RunnerUp, StringComparison.OrdinalIgnoreCase));
        if (label < 0 && !isNext)
        {
            throw Invalid($"explain is '{Excerpt.Of(explain)}', which is none of the labels: send true for the next best label, one of the "
                + "labels as the request spells it, or null for the empty prompt.");
        }

        return labels.Labels.Count > 1
            ? new Contrast(WithNull: false, isNext ? null : label)
            : throw Invalid(
                "With one label there is no other to compare it with: send a second label, or explain=null for the empty prompt.");
    }

    private static Contrast Checked(Contrast contrast, LoadedModel model) => model is { ReadsText: false, Manifest.NullClass: null }
        ? throw Invalid($"Model '{model.Id}' has no null class to compare with: send explain=true, or one of the labels.")
        : contrast;

    private static ClassificationException Invalid(string message) => RequestValidator.Invalid("explain", message);
}
