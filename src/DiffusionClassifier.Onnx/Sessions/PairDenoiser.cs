using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// A denoiser that is two graphs: an encoder that does not see the label runs once for all rows of an image and trial, a decoder for each
/// row.
/// </summary>
internal sealed class PairDenoiser : IDenoiser
{
    private readonly ModelContract _model;
    private readonly PairContract _pair;
    private readonly IReadOnlyList<int> _buckets;
    private readonly OnnxSession _encoder, _decoder;
    private readonly FeatureBuffers _features;

    public PairDenoiser(ModelContract model, PairContract pair, IReadOnlyList<int> buckets, DeviceTarget target)
    {
        (_model, _pair, _buckets) = (model, pair, buckets);
        _encoder = new OnnxSession(pair.Encoder.File, target, new SessionNeeds(pair.Encoder.IsHalf));
        try
        {
            _decoder = new OnnxSession(model.Denoiser.Graph.File, target, new SessionNeeds(model.Denoiser.Graph.IsHalf));
        }
        catch
        {
            _encoder.Dispose();
            throw;
        }

        _features = new FeatureBuffers(_decoder, pair.Features);
    }

    public IReadOnlyList<int> Buckets => _buckets;

    public OnnxDenoisingBatch CreateBatch() => new PairBatch(_model, _pair, _buckets, (encoder, decoder, output) =>
        new HostPairLane(_encoder, _decoder, _features, _buckets, encoder, decoder, output));

    public void Dispose()
    {
        _features.Dispose();
        _decoder.Dispose();
        _encoder.Dispose();
    }
}
