using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Whether labels are meant for a model of free text. Stateless.</summary>
internal static class FreeText
{
    private const int MostCompared = 20; // labels: each is compared with every class, which for thousands of both would take seconds

    /// <summary>
    /// Whether the request says things that the class-conditional model cannot know: it has prompts of its own, or none of its labels is a
    /// class or nearly one. What is nearly a class is a misspelling, and its sender is better served by an error than by another model.
    /// </summary>
    public static bool IsMeant(ClassificationRequest request, ModelManifest classModel)
    {
        LabelSpec[] labels = [.. (request.Labels ?? []).Where(label => label is { IsNull: false })];
        if (labels.Length == 0)
            return false;
        if (request.Templates is { Count: > 0 } || labels.Any(label => label.Prompts is not null))
            return true;
        ClassNames classes = ClassNames.Of(classModel);
        return !labels.Any(label => classes.Knows(label.Label)) && labels.Take(MostCompared).All(label => classes.Nearest(label.Label) is null);
    }
}
