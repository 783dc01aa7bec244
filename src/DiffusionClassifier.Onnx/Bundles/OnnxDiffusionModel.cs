using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Encoders;
using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>A bundle, loaded: a denoiser with the encoders that its kind needs, on one device. Used by one thread at a time.</summary>
internal sealed class OnnxDiffusionModel : IDiffusionModel
{
    private readonly Bundle _bundle;
    private readonly IDenoiser _denoiser;
    private readonly VaeEncoder? _vae;
    private readonly TextEncoder? _text;
    private readonly Dictionary<string, ClassConditioning> _classes;

    /// <exception cref="BundleException">ONNX Runtime refuses a file.</exception>
    public OnnxDiffusionModel(Bundle bundle, OnnxOptions options, DeviceOptions? device = null)
    {
        _bundle = bundle;
        var target = new DeviceTarget(device ?? new DeviceOptions(), options);
        ModelContract model = bundle.Model;
        Buckets = model.Denoiser.FixedBatch is { } size ? [size] : target.Ladder;
        _classes = Manifest.Classes.Select((name, id) => (name, id)).DistinctBy(pair => pair.name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair.name, pair => new ClassConditioning(pair.id), StringComparer.OrdinalIgnoreCase);
        if (Manifest.NullClass is { } nullClass)
            _classes[""] = new ClassConditioning(nullClass); // told nothing
        try
        {
            _denoiser = model.Denoiser.Pair is { } pair
                ? new PairDenoiser(model, pair, Buckets, target)
                : new WholeDenoiser(model, Buckets, target);
            _vae = model.Vae is { } vae ? new VaeEncoder(vae, Manifest.Latent, target) : null;
            _text = model.Text is { } text ? new TextEncoder(text, target) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ModelManifest Manifest => _bundle.Manifest;

    public IReadOnlyList<int> Buckets { get; }

    public Latent EncodeImage(PixelImage image) => _vae?.Encode(image) ?? new Latent(image.Values, Manifest.Latent);

    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) =>
        _text?.Encode(prompts) ?? [.. prompts.Select(prompt => _classes[prompt])];

    public DenoisingBatch CreateBatch() => _denoiser.CreateBatch();

    public void PredictNoise(DenoisingBatch batch) => ((OnnxDenoisingBatch)batch).Run();

    public void Dispose()
    {
        _denoiser?.Dispose();
        _vae?.Dispose();
        _text?.Dispose();
    }
}
