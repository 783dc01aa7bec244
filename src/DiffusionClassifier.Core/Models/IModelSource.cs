namespace DiffusionClassifier.Core.Models;

/// <summary>The models there are, and how to open one on a device.</summary>
public interface IModelSource
{
    /// <summary>The usable models in a stable order, read without loading weights.</summary>
    IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>Loads a model for a device. Called on the thread of that device, which is the only one to use it.</summary>
    IDiffusionModel Open(string modelId, DeviceOptions device);
}
