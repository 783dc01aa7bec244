using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The real engine with one bundle, for images or for latents that are given.</summary>
internal sealed class GoldenEngine : IModelSource, IImagePreprocessor, IDisposable
{
    private readonly Meter _meter = new(nameof(GoldenEngine));
    private readonly OnnxDiffusionModel _model;
    private readonly ImagePreprocessor _images = new(ImageDecoders.Create());
    private readonly EngineHost _host;

    public GoldenEngine(OnnxDiffusionModel model)
    {
        _model = model;
        _host = new EngineHost(this, this, new EngineOptions(), TimeProvider.System, new EngineMetrics(_meter), NullLoggerFactory.Instance);
    }

    /// <summary>In the place of the image's own, until it is null again.</summary>
    public Latent? Latent { get; set; }

    public IReadOnlyList<ModelManifest> Manifests => [_model.Manifest];

    public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken);

    public Task<ClassificationResult> ClassifyAsync(Submission submission) => _host.Engine.Submit(submission, TestContext.Current.CancellationToken).Result;

    public IDiffusionModel Open(string modelId, DeviceOptions device) => new Injected(this);

    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file) => Latent is null ? _images.ReadHeader(file) : new ImageHeader("png", 1, 1);

    public PixelImage Load(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode, ImagePreprocessing preprocessing) =>
        Latent is null ? _images.Load(file, header, mode, preprocessing) : new PixelImage([], 0, []);

    public byte[] Overlay(PixelImage image, ReadOnlySpan<float> map, int width, int height) => _images.Overlay(image, map, width, height);

    public void Dispose()
    {
        _host.Dispose();
        _meter.Dispose();
    }

    private sealed class Injected(GoldenEngine engine) : IDiffusionModel
    {
        public ModelManifest Manifest => engine._model.Manifest;

        public IReadOnlyList<int> Buckets => engine._model.Buckets;

        public Latent EncodeImage(PixelImage image) => engine.Latent ?? engine._model.EncodeImage(image);

        public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) => engine._model.EncodePrompts(prompts);

        public DenoisingBatch CreateBatch() => engine._model.CreateBatch();

        public void Run(DenoisingBatch batch) => engine._model.Run(batch);

        public void Dispose() => engine._model.Dispose();
    }
}
