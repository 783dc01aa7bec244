using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Requests;

/// <summary>The models that requests can name. Immutable.</summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, LoadedModel> _models;
    private readonly LoadedModel[] _ofFreeText;

    /// <param name="manifests">At least one.</param>
    /// <param name="defaultModel">Its id, or null for the first.</param>
    /// <exception cref="ArgumentException">There is no model, or the default is none of them.</exception>
    public ModelCatalog(IReadOnlyList<ModelManifest> manifests, string? defaultModel)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        if (manifests.Count == 0)
            throw new ArgumentException("There is no model to serve.", nameof(manifests));
        All = [.. manifests.Select(manifest => new LoadedModel(manifest))];
        _models = All.ToDictionary(model => model.Id, StringComparer.OrdinalIgnoreCase);
        if (defaultModel is not null && !_models.ContainsKey(defaultModel))
        {
            throw new ArgumentException($"The default model '{defaultModel}' is not among the loaded models: {Names}.",
                nameof(defaultModel));
        }

        Default = _models[defaultModel ?? manifests[0].Id];
        _ofFreeText = [.. All.Where(model => model.ReadsText)];
    }

    /// <summary>All models, in a stable order.</summary>
    public IReadOnlyList<LoadedModel> All { get; }

    /// <summary>The model of a request that names none, but for free text: see <see cref="Choose"/>.</summary>
    public LoadedModel Default { get; }

    private string Names => string.Join(", ", All.Select(model => model.Id));

    /// <summary>The model of that id, ignoring case; the default for null or empty.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    public LoadedModel Find(string? id)
    {
        if (string.IsNullOrEmpty(id))
            return Default;
        if (_models.TryGetValue(id, out LoadedModel? model))
            return model;
        string hint = NearestName.Hint(id, _models.Keys);
        throw new ClassificationException(
            ClassificationError.UnknownModel, $"There is no model '{Excerpt.Of(id)}'.{hint} The models here: {Names}.")
        { Field = "model" };
    }

    /// <summary>
    /// The model that answers a request: the one it names, else the default. Where the default knows only classes, and the labels are none
    /// of them nor all misspelt, the model of free text answers, if there is exactly one.
    /// </summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    public ModelChoice Choose(Submission submission)
    {
        ArgumentNullException.ThrowIfNull(submission);
        if (!IsLeftToUs(submission.Request))
            return new ModelChoice(Find(submission.Request.Model));
        if (_ofFreeText is [var only] && FreeText.IsMeant(submission.Request, Default))
        {
            return new ModelChoice(only,
                $"No {submission.LabelNoun} is a class of the default model '{Default.Id}', so the model of free text answered, "
                    + $"'{only.Id}'. Name it as the model to be sure of it.");
        }

        return new ModelChoice(Default) { Alternatives = [.. _ofFreeText.Select(model => model.Id)] };
    }

    private bool IsLeftToUs(ClassificationRequest request) => string.IsNullOrEmpty(request.Model) && !Default.ReadsText;
}
