using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>A denoiser that is one graph.</summary>
internal sealed class WholeDenoiser(Bundle bundle, IReadOnlyList<int> buckets, DeviceTarget target) : IDenoiser
{
    private readonly OnnxSession _session = new(bundle.Denoiser.Graph.File, target);

    public OnnxDenoisingBatch CreateBatch() => new WholeBatch(bundle, buckets, _session);

    public void Dispose() => _session.Dispose();
}
