using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Requests;

/// <summary>The model that answers a request.</summary>
/// <param name="Model">It.</param>
/// <param name="Warning">What a caller who did not name it should know; else null.</param>
public sealed record ModelChoice(LoadedModel Model, string? Warning = null)
{
    /// <summary>The free-text models, if the choice was left to the server and fell on a model that knows only classes.</summary>
    internal IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>
    /// The class model that it replaces, if it is a free-text model that the request does not name; else null.
    /// </summary>
    public string? InsteadOf { get; init; }

    /// <summary>
    /// Checks a request for the model. If it is refused because the model knows only classes, the error names the free-text models.
    /// </summary>
    /// <exception cref="ClassificationException">What <paramref name="check"/> throws.</exception>
    internal T Check<T>(Func<LoadedModel, T> check)
    {
        try
        {
            return check(Model);
        }
        catch (ClassificationException refusal) when (Alternatives.Count > 0
            && (refusal.Error == ClassificationError.UnknownLabel || refusal.Field == "template"))
        {
            string names = string.Join(" or ", Alternatives.Select(id => $"model={id}"));
            throw new ClassificationException(refusal.Error, $"{refusal.Message} For any other text send {names}.", refusal)
            { Field = refusal.Field };
        }
    }
}
