using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>A denoiser that predicts for all classes at once, against one of the same weights that is told the class. TinyPair/make.py made both.</summary>
public sealed class HeadsTests : IDisposable
{
    private const int Side = 8, Classes = 3;
    private const double Rounding = 1e-5; // the same sums in another order, on values of about 1

    private static readonly string Sessions = Path.Combine(Repository.Root, "tests", "DiffusionClassifier.Onnx.Tests", "Sessions");

    private readonly TemporaryFolder _folder = new();

    private string Heads => Path.Combine(_folder.Path, "TinyHeads");

    public HeadsTests()
    {
        foreach (string file in (string[])["model_index.json", "scheduler/scheduler_config.json", "unet/config.json", "unet/model.onnx"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Heads, file))!);
            File.Copy(Path.Combine(Sessions, "TinyHeads", file), Path.Combine(Heads, file));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Strategy.Fixed)]
    [InlineData(Strategy.Race)]
    public async Task It_answers_as_one_that_is_told_the_class_and_a_trial_is_one_row(Strategy strategy)
    {
        using var meter = new Meter(nameof(HeadsTests));
        using var host = new EngineHost(
            new BundleFolder([Heads, Path.Combine(Sessions, "TinyPair")], new OnnxOptions { Threads = 1 }, NullLogger<BundleFolder>.Instance),
            new ImagePreprocessor(ImageDecoders.Create()), new EngineOptions(), TimeProvider.System, new EngineMetrics(meter), NullLoggerFactory.Instance);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var request = new ClassificationRequest
        {
            Image = PngWriter.Write(Side, Side, PngWriter.Rgb, 8, [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)(i * 37))]),
            Trials = 32,
            Strategy = strategy,
        };

        ClassificationResult heads = await host.Engine.ClassifyAsync(request with { Model = "TinyHeads" }, cancellationToken: TestContext.Current.CancellationToken);
        ClassificationResult told = await host.Engine.ClassifyAsync(request with { Model = "TinyPair" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(told.Labels.Select(label => label.Label), heads.Labels.Select(label => label.Label));
        foreach ((LabelResult expected, LabelResult label) in told.Labels.Zip(heads.Labels))
            Assert.Equal(expected.MeanError, label.MeanError, Rounding);
        Assert.Equal(heads.Decision.Trials, heads.Cost.Rows);
        Assert.True(told.Cost.Rows >= 2 * heads.Cost.Rows);
    }

    [Fact]
    public void Inspecting_it_says_that_it_is_told_no_class()
    {
        ModelReport report = BundleInspector.Inspect(Heads);

        Assert.True(report.AllClassesAtOnce);
        Assert.False(report.LearnedVariance);
        Assert.Null(report.NullClass);
    }

    [Theory]
    [InlineData("{\"id2label\": {\"0\": \"circle\", \"1\": \"square\"}}", 2)]
    [InlineData("{\"id2label\": {\"0\": \"circle\", \"1\": \"square\", \"2\": \"star\", \"3\": \"moon\"}}", 4)]
    public void A_bundle_with_more_or_fewer_classes_than_heads_is_refused(string index, int classes)
    {
        File.WriteAllText(Path.Combine(Heads, "model_index.json"), index);

        BundleException exception = Assert.Throws<BundleException>(() => BundleLoader.Load(Heads));

        Assert.Contains($"which would be {Classes} classes of 3; model_index.json names {classes}", exception.Message, StringComparison.Ordinal);
    }
}
