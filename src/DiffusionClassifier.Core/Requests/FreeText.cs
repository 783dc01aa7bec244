using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>Whether labels are meant for a model of free text. Stateless.</summary>
public static class FreeText
{
    private const int MostCompared = 20; // labels: each is compared with every class, which for thousands of both would take seconds

    /// <summary>
    /// Refuses an answer of a model of free text that nobody named, where the image is unlike those that it knows: it would be sure of
    /// nonsense.
    /// </summary>
    /// <param name="answer">What it would answer.</param>
    /// <param name="classModel">The model in whose place it answers.</param>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownLabel"/>.</exception>
    public static void RequireKnown(ClassificationResult answer, string classModel) => RequireKnown(answer, classModel, "label");

    /// <inheritdoc cref="RequireKnown(ClassificationResult, string)"/>
    /// <param name="answer">What it would answer.</param>
    /// <param name="classModel">The model in whose place it answers.</param>
    /// <param name="noun">What the caller calls a label.</param>
    internal static void RequireKnown(ClassificationResult answer, string classModel, string noun)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.OutOfDistribution > UsualErrors.Unlike)
            throw Unknown(answer.Model, classModel, noun);
    }

    /// <inheritdoc cref="RequireKnown(ClassificationResult, string)"/>
    public static void RequireKnown(MatchResult answer, string classModel)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Images.Any(image => image.OutOfDistribution > UsualErrors.Unlike))
            throw Unknown(answer.Model, classModel, "caption");
    }

    private static ClassificationException Unknown(string model, string classModel, string noun) =>
        new(ClassificationError.UnknownLabel,
            $"No {noun} is a class of the default model '{classModel}', and the image is unlike those that '{model}' knows, the only model "
                + $"of free text: its answer would mean nothing. Send classes of '{classModel}' as {noun}s, or name '{model}' as the model "
                + "to be answered all the same.")
        { Field = $"{noun}s" };

    /// <summary>
    /// Whether none of the request's labels is a class of the model, nor a list of classes, and not all of them are nearly one: those are
    /// misspelt, and their sender is better served by an error than by another model.
    /// </summary>
    internal static bool IsMeant(ClassificationRequest request, LoadedModel classModel)
    {
        string[] labels = [.. (request.Labels ?? []).Select(label => label?.Label ?? "")];
        ClassNames classes = classModel.Classes;
        return labels.Length > 0
            && !labels.Any(label => classes.Knows(label) || classes.IsList(label))
            && !labels.Take(MostCompared).All(label => classes.Nearest(label) is not null);
    }
}
