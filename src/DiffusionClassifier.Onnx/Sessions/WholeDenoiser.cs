using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>A denoiser that is one graph.</summary>
internal sealed class WholeDenoiser(ModelContract model, IReadOnlyList<int> buckets, DeviceTarget target) : IDenoiser
{
    private readonly OnnxSession _session = new(model.Denoiser.Graph.File, target);

    public OnnxDenoisingBatch CreateBatch() => new WholeBatch(model, buckets, _session);

    public void Dispose() => _session.Dispose();
}
