using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Cli.Models;

/// <summary>One model of a source: an engine on it loads no other.</summary>
internal sealed class SingleModel(IModelSource source, ModelManifest manifest) : IModelSource
{
    public ModelManifest Manifest { get; } = manifest;

    public IReadOnlyList<ModelManifest> Manifests { get; } = [manifest];

    public IDiffusionModel Open(string modelId, DeviceOptions device) => source.Open(modelId, device);
}
