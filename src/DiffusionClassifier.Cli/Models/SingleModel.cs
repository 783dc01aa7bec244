using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Models;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Cli.Models;

/// <summary>One model of a source: an engine on it loads no other.</summary>
/// <param name="source">Opens it.</param>
/// <param name="manifest">Which.</param>
/// <param name="folder">Where the source looked for models.</param>
internal sealed class SingleModel(IModelSource source, ModelManifest manifest, string folder) : IModelSource
{
    public ModelManifest Manifest { get; } = manifest;

    /// <summary>The folder of the models, or the model's own.</summary>
    public string Folder { get; } = folder;

    /// <summary>The model's own folder.</summary>
    public string BundleFolder => ModelChooser.IsBundle(Folder) ? Folder : Path.Combine(Folder, Manifest.Id);

    public IReadOnlyList<ModelManifest> Manifests { get; } = [manifest];

    /// <exception cref="UserException">What is wanted is no device of any machine.</exception>
    public IReadOnlyList<DeviceOptions> FindDevices(IReadOnlyList<DeviceOptions> wanted, ILogger logger)
    {
        try
        {
            return source.FindDevices(wanted, logger);
        }
        catch (ArgumentException exception)
        {
            throw new UserException(exception.Message);
        }
    }

    /// <summary>Loads the model on one device: the one that is wanted, or what takes its place.</summary>
    public IDiffusionModel Open(DeviceOptions? wanted, ILogger logger) => Open(Manifest.Id, FindDevices(wanted is null ? [] : [wanted], logger)[0]);

    public IDiffusionModel Open(string modelId, DeviceOptions device) => source.Open(modelId, device);
}
