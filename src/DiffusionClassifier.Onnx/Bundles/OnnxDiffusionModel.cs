using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Devices;
using DiffusionClassifier.Onnx.Encoders;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Sessions.Captured;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>A bundle, loaded: a denoiser with the encoders that its kind needs, on one device. Used by one thread at a time.</summary>
internal sealed class OnnxDiffusionModel : IDiffusionModel
{
    private readonly Bundle _bundle;
    private readonly IDenoiser _denoiser;
    private readonly VaeEncoder? _vae;
    private readonly PromptEncoder? _text;
    private readonly Dictionary<string, ClassConditioning> _classes;
    private readonly IDeviceMemory? _memory;
    private bool _disposed;

    /// <exception cref="BundleException">ONNX Runtime refuses a file.</exception>
    public OnnxDiffusionModel(Bundle bundle, OnnxOptions options, DeviceOptions? device = null, ILogger? log = null)
    {
        _bundle = bundle;
        var target = new DeviceTarget(device ?? new DeviceOptions(), options);
        ModelContract model = bundle.Model;
        _classes = Manifest.Classes.Select((name, id) => (name, id)).DistinctBy(pair => pair.name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair.name, pair => new ClassConditioning(pair.id), StringComparer.OrdinalIgnoreCase);
        if (Manifest.NullClass is { } nullClass)
            _classes[""] = new ClassConditioning(nullClass); // told nothing
        try
        {
            _memory = target.OpenMemory();
            _text = model.Text is { } text ? new PromptEncoder(text, target) : null;
            _denoiser = new DenoiserOpening(model, target, (graph, needs) => new OnnxGraphSession(graph, target, needs), Fill,
                TimeProvider.System, log ?? NullLogger.Instance).Open(_memory);
            _vae = model.Vae is { } vae ? new VaeEncoder(vae, Manifest, target) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ModelManifest Manifest => _bundle.Manifest;

    public IReadOnlyList<int> Buckets => _denoiser.Buckets;

    public Latent EncodeImage(PixelImage image) => _vae?.Encode(image) ?? new Latent(image.Values, Manifest.Latent);

    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) =>
        _text?.Encode(prompts) ?? [.. prompts.Select(prompt => _classes[prompt])];

    public DenoisingBatch CreateBatch() => _denoiser.CreateBatch();

    public void Run(DenoisingBatch batch) => ((OnnxDenoisingBatch)batch).Run();

    public void Dispose()
    {
        if (_disposed) // its tensors' addresses may be others' by now
            return;
        _disposed = true;
        _denoiser?.Dispose();
        _vae?.Dispose();
        _text?.Dispose();
        _memory?.Dispose(); // after the others, whose tensors lie in it
        FreedMemory.GiveBack();
    }

    // Any rows, at a timestep that every model knows.
    private void Fill(DenoisingBatch batch)
    {
        var noise = new GaussianNoise(seed: 0);
        for (int row = 0; row < batch.Capacity; row++)
        {
            noise.Fill(row, batch.Noised(row));
            batch.Slots[row] = row / Manifest.RowsPerSlot;
        }

        Array.Fill(batch.Timesteps, Manifest.TimestepFrom);
        Array.Fill(batch.Conditionings, EncodePrompts([Manifest.Classes is [string first, ..] ? first : ""])[0]);
    }
}
