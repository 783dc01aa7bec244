using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>The models that requests can name, with their noise schedules. Immutable.</summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, (ModelManifest Manifest, NoiseSchedule Schedule)> _models;
    private readonly ModelManifest[] _ofFreeText;

    /// <param name="manifests">At least one.</param>
    /// <param name="defaultModel">Its id, or null for the first.</param>
    /// <exception cref="ArgumentException">There is no model, or the default is none of them.</exception>
    public ModelCatalog(IReadOnlyList<ModelManifest> manifests, string? defaultModel)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        if (manifests.Count == 0)
            throw new ArgumentException("There is no model to serve.", nameof(manifests));
        Manifests = manifests;
        _models = manifests.ToDictionary(manifest => manifest.Id, manifest => (manifest, NoiseSchedule.Create(manifest.Schedule)), StringComparer.OrdinalIgnoreCase);
        if (defaultModel is not null && !_models.ContainsKey(defaultModel))
            throw new ArgumentException($"The default model '{defaultModel}' is not among the loaded models: {Names}.", nameof(defaultModel));
        Default = _models[defaultModel ?? manifests[0].Id].Manifest;
        _ofFreeText = [.. manifests.Where(manifest => manifest.Conditioning == ConditioningKind.Text)];
    }

    /// <summary>All models, in a stable order.</summary>
    public IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>The model of a request that names none, but for free text: see <see cref="Choose"/>.</summary>
    public ModelManifest Default { get; }

    private string Names => string.Join(", ", Manifests.Select(manifest => manifest.Id));

    /// <summary>The model of that id, ignoring case; the default for null or empty.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    public ModelManifest Find(string? id)
    {
        if (string.IsNullOrEmpty(id))
            return Default;
        if (_models.TryGetValue(id, out var model))
            return model.Manifest;
        string hint = NearestName.Find(id, _models.Keys) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        throw new ClassificationException(ClassificationError.UnknownModel, $"There is no model '{Echo.Of(id)}'.{hint} The models here: {Names}.") { Field = "model" };
    }

    /// <summary>
    /// The model that answers a request: the one it names, else the default. Where the default knows only classes, and the labels are none of
    /// them nor all misspelt, the model of free text answers, if there is exactly one.
    /// </summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    public ModelManifest Choose(ClassificationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return IsLeftToUs(request) && _ofFreeText is [var only] && FreeText.IsMeant(request, Default) ? only : Find(request.Model);
    }

    /// <summary>What a caller should know who got another model than the default without naming it; else null.</summary>
    public string? WarnOf(ModelManifest chosen, ClassificationRequest request) => IsLeftToUs(request) && chosen != Default
        ? $"No {request.LabelNoun} is a class of the default model '{Default.Id}', so the model of free text answered, '{chosen.Id}'. Name it as the model to be sure of it."
        : null;

    /// <summary>Where the default model refused labels because it knows only classes, the error names the models of free text.</summary>
    internal ClassificationException Explain(ClassificationException refusal, ModelManifest chosen, ClassificationRequest request)
    {
        bool isAboutText = refusal.Error == ClassificationError.UnknownLabel || refusal.Field == "template";
        if (!isAboutText || chosen != Default || !IsLeftToUs(request) || _ofFreeText.Length == 0)
            return refusal;
        string names = string.Join(" or ", _ofFreeText.Select(manifest => $"model={manifest.Id}"));
        return new ClassificationException(refusal.Error, $"{refusal.Message} For any other text send {names}.", refusal) { Field = refusal.Field };
    }

    private bool IsLeftToUs(ClassificationRequest request) => string.IsNullOrEmpty(request.Model) && Default.Conditioning == ConditioningKind.Class;

    internal NoiseSchedule Schedule(string id) => _models[id].Schedule;
}
