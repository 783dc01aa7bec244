using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>Hands one loaded model to an engine.</summary>
internal sealed class BorrowedModelSource(BorrowedModel model) : IModelSource
{
    public IReadOnlyList<ModelManifest> Manifests { get; } = [model.Manifest];

    public IDiffusionModel Open(string modelId, DeviceOptions device) => model;
}
