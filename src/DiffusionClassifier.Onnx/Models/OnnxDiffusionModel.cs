using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>A bundle, loaded: a class-conditional denoiser in pixel space on the CPU. Used by one thread at a time.</summary>
internal sealed class OnnxDiffusionModel : IDiffusionModel
{
    private readonly OnnxSession _denoiser;
    private readonly string _output;
    private readonly Dictionary<string, ClassConditioning> _classes;

    /// <exception cref="BundleException">ONNX Runtime refuses a file.</exception>
    public OnnxDiffusionModel(Bundle bundle, OnnxOptions options)
    {
        Manifest = bundle.Manifest;
        Buckets = DenoiserContract.FixedBatch(bundle.Denoiser) is { } size ? [size] : options.Ladder;
        _output = bundle.Denoiser.Outputs[0].Name;
        _classes = Manifest.Classes.Select((name, id) => (name, id)).DistinctBy(pair => pair.name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair.name, pair => new ClassConditioning(pair.id), StringComparer.OrdinalIgnoreCase);
        _denoiser = new OnnxSession(bundle.Denoiser.File, options);
    }

    public ModelManifest Manifest { get; }

    public IReadOnlyList<int> Buckets { get; }

    public Latent EncodeImage(PixelImage image) => new(image.Values, Manifest.Latent);

    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) => [.. prompts.Select(prompt => _classes[prompt])];

    public DenoisingBatch CreateBatch() => new OnnxDenoisingBatch(Manifest.Latent, Buckets, _denoiser, _output);

    public void PredictNoise(DenoisingBatch batch) => _denoiser.Run(((OnnxDenoisingBatch)batch).Prepare());

    public void Dispose() => _denoiser.Dispose();
}
