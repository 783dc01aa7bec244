using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>
/// A denoiser that is two graphs: an encoder that does not see the label runs once for all rows of an image and trial, a decoder for each row.
/// </summary>
internal sealed class PairDenoiser : IDenoiser
{
    private readonly Bundle _bundle;
    private readonly PairContract _pair;
    private readonly IReadOnlyList<int> _buckets;
    private readonly OnnxSession _encoder, _decoder;
    private readonly FeatureBuffers _features;

    public PairDenoiser(Bundle bundle, PairContract pair, IReadOnlyList<int> buckets, DeviceTarget target)
    {
        (_bundle, _pair, _buckets) = (bundle, pair, buckets);
        _encoder = new OnnxSession(pair.Encoder.File, target);
        try
        {
            _decoder = new OnnxSession(bundle.Denoiser.Graph.File, target);
        }
        catch
        {
            _encoder.Dispose();
            throw;
        }

        _features = new FeatureBuffers(_decoder, pair.Features);
    }

    public OnnxDenoisingBatch CreateBatch() => new PairBatch(_bundle, _pair, _buckets, _encoder, _decoder, _features);

    public void Dispose()
    {
        _features.Dispose();
        _decoder.Dispose();
        _encoder.Dispose();
    }
}
