using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Errors;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Engines;

/// <summary>One model of a source: an engine on it loads no other.</summary>
/// <param name="source">Opens it.</param>
/// <param name="manifest">Which.</param>
/// <param name="folder">Where the source looked for models.</param>
/// <param name="bundleFolder">The model's own folder.</param>
public sealed class SingleModel(IModelSource source, ModelManifest manifest, string folder, string bundleFolder) : IModelSource
{
    /// <summary>What is known about it.</summary>
    public ModelManifest Manifest { get; } = manifest;

    /// <summary>The folder of the models, or the model's own.</summary>
    public string Folder { get; } = folder;

    /// <summary>The model's own folder.</summary>
    public string BundleFolder { get; } = bundleFolder;

    /// <summary>What the caller should know about how it was chosen; else null.</summary>
    public string? Warning { get; init; }

    /// <summary>The class model that it replaces, if it is a free-text model that the request did not name; else null.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>Only this model.</summary>
    public IReadOnlyList<ModelManifest> Manifests { get; } = [manifest];

    /// <summary>
    /// Tells apart weights with the same id: SHA-256 of the files in the bundle's folders (graphs, weights, schedule, tokenizer), in
    /// hexadecimal. Files next to those folders do not count: <c>classifier.json</c> holds settings, others are texts.
    /// </summary>
    internal string Digest() => source.Fingerprint(Manifest.Id);

    /// <summary>The devices to run on: the requested ones, all of which work.</summary>
    /// <param name="wanted">Empty: the best there is.</param>
    /// <param name="logger">Logs why it is not a better one.</param>
    /// <exception cref="EvaluationException">The requested device does not work here.</exception>
    public IReadOnlyList<DeviceOptions> FindDevices(IReadOnlyList<DeviceOptions> wanted, ILogger logger)
    {
        try
        {
            return source.FindDevices(wanted, logger);
        }
        catch (ArgumentException exception)
        {
            throw new EvaluationException(exception.Message);
        }
    }

    /// <summary>Loads the model on one device: the requested one.</summary>
    /// <param name="wanted">Null: the best there is.</param>
    /// <param name="logger">Logs why it is not a better one.</param>
    /// <exception cref="EvaluationException">The requested device does not work here.</exception>
    public IDiffusionModel Open(DeviceOptions? wanted, ILogger logger) =>
        Open(Manifest.Id, FindDevices(wanted is null ? [] : [wanted], logger)[0]);

    /// <inheritdoc/>
    public string Explain(string modelId, Exception failure) => source.Explain(modelId, failure);

    /// <summary>Loads the model on one device.</summary>
    public IDiffusionModel Open(string modelId, DeviceOptions device) => source.Open(modelId, device);
}
