using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>A denoiser that is one graph.</summary>
internal sealed class WholeDenoiser(ModelContract model, IReadOnlyList<int> buckets, DeviceTarget target) : IDenoiser
{
    private readonly OnnxSession _session = new(model.Denoiser.Graph.File, target, new SessionNeeds(model.Denoiser.Graph.IsHalf));

    public IReadOnlyList<int> Buckets => buckets;

    public OnnxDenoisingBatch CreateBatch() =>
        new WholeBatch(model, buckets, (call, output) => new HostLane(_session, buckets, call, output));

    public void Dispose() => _session.Dispose();
}
