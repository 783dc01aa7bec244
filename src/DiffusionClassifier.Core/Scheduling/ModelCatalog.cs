using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>The models that requests can name, with their noise schedules. Immutable.</summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, (ModelManifest Manifest, NoiseSchedule Schedule)> _models;

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
    }

    /// <summary>All models, in a stable order.</summary>
    public IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>The model of a request that names none.</summary>
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

    internal NoiseSchedule Schedule(string id) => _models[id].Schedule;
}
