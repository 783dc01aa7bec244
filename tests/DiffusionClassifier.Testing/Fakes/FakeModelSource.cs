using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>Models that exist already; opening one can be made to fail, or to take its time.</summary>
public sealed class FakeModelSource(params FakeDiffusionModel[] models) : IModelSource
{
    public IReadOnlyList<ModelManifest> Manifests => [.. models.Select(model => model.Manifest)];

    public Action<string>? BeforeOpen { get; set; }

    /// <summary>Whether models are opened while the device runs others.</summary>
    public bool Beside { get; set; } = true;

    public bool OpensBeside(DeviceOptions device) => Beside;

    public IDiffusionModel Open(string modelId, DeviceOptions device)
    {
        BeforeOpen?.Invoke(modelId);
        return models.Single(model => model.Manifest.Id == modelId);
    }
}
