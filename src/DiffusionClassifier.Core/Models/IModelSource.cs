namespace DiffusionClassifier.Core.Models;

/// <summary>The models there are, and how to open one on a device.</summary>
public interface IModelSource
{
    /// <summary>The usable models in a stable order, read without loading weights.</summary>
    IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>Loads a model. Called on the thread of the device that will run it.</summary>
    IDiffusionModel Open(string modelId);
}
