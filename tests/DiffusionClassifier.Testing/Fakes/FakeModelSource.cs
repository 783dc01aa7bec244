using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>Models that exist already; opening one can be made to fail.</summary>
public sealed class FakeModelSource(params FakeDiffusionModel[] models) : IModelSource
{
    public IReadOnlyList<ModelManifest> Manifests => [.. models.Select(model => model.Manifest)];

    public Action<string>? BeforeOpen { get; set; }

    public IDiffusionModel Open(string modelId, DeviceOptions device)
    {
        BeforeOpen?.Invoke(modelId);
        return models.Single(model => model.Manifest.Id == modelId);
    }
}
