using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Requests;

/// <summary>Whether labels are meant for a model of free text. Stateless.</summary>
internal static class FreeText
{
    private const int MostCompared = 20; // labels: each is compared with every class, which for thousands of both would take seconds

    /// <summary>
    /// Whether none of the request's labels is a class of the model, and not all of them are nearly one: those are misspelt, and their
    /// sender is better served by an error than by another model.
    /// </summary>
    public static bool IsMeant(ClassificationRequest request, LoadedModel classModel)
    {
        string[] labels = [.. (request.Labels ?? []).Select(label => label?.Label ?? "")];
        ClassNames classes = classModel.Classes;
        return labels.Length > 0
            && !labels.Any(classes.Knows) && !labels.Take(MostCompared).All(label => classes.Nearest(label) is not null);
    }
}
