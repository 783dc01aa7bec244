using DiffusionClassifier.Core.Models;

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

    public IReadOnlyList<ModelManifest> Manifests { get; } = [manifest];

    public IDiffusionModel Open(string modelId, DeviceOptions device) => source.Open(modelId, device);
}
