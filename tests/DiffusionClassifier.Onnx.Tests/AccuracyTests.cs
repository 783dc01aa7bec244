using System.Diagnostics.Metrics;
using System.Globalization;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Onnx.Tests;

/// <summary>
/// The shipped model on real photographs, through the whole engine. <c>DC_ACCURACY_IMAGES</c> and <c>DC_ACCURACY_TRIALS</c> make it the
/// measurement of the model card (500 images, 64 trials: some five minutes on two cores).
/// </summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    private const int Side = 32, Record = 1 + 3 * Side * Side; // CIFAR-10's binary format: a label, then three planes of 32×32
    private const double CardAccuracy = 0.75; // models/cifar10/README.md, 8 to 32 trials; on images that nothing was chosen on two points less
    private const int Concurrency = 4; // enough requests in flight that every batch is full

    [Fact]
    public async Task The_shipped_model_is_as_accurate_on_CIFAR10_as_its_card_says()
    {
        (byte[] File, int Label)[] images = [.. ReadImages(SharedData.Require("cifar10/validation.bin"), Setting("DC_ACCURACY_IMAGES", 100))];
        int trials = Setting("DC_ACCURACY_TRIALS", 16);
        using var meter = new Meter(nameof(AccuracyTests));
        using var host = new EngineHost(
            new BundleFolder([Path.Combine(Repository.Root, "models", "cifar10")], new OnnxOptions(), NullLogger<BundleFolder>.Instance),
            new ImagePreprocessor(ImageDecoders.Create()), new EngineOptions(), TimeProvider.System, new EngineMetrics(meter), NullLoggerFactory.Instance);
        await host.StartAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<string> classes = host.Engine.Models.Default.Manifest.Classes;
        int correct = 0;

        await Parallel.ForEachAsync(images, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = TestContext.Current.CancellationToken }, async (image, cancellation) =>
        {
            ClassificationResult result = await host.Engine.ClassifyAsync(new ClassificationRequest { Image = image.File, Trials = trials }, progress: null, cancellation);
            if (result.Prediction == classes[image.Label])
                Interlocked.Increment(ref correct);
        });

        double accuracy = (double)correct / images.Length;
        double standardError = Math.Sqrt(CardAccuracy * (1 - CardAccuracy) / images.Length);
        output.WriteLine($"top-1 {accuracy:P1} ± {standardError:P1} on {images.Length} images at {trials} trials");
        Assert.True(accuracy >= CardAccuracy - 3 * standardError, $"top-1 is {accuracy:P1}");
    }

    private static IEnumerable<(byte[] File, int Label)> ReadImages(string file, int count)
    {
        using FileStream stream = File.OpenRead(file);
        var record = new byte[Record];
        for (int i = 0; i < count && stream.ReadAtLeast(record, Record, throwOnEndOfStream: false) == Record; i++)
        {
            var pixels = new byte[3 * Side * Side];
            for (int pixel = 0; pixel < Side * Side; pixel++)
            {
                for (int channel = 0; channel < 3; channel++)
                    pixels[3 * pixel + channel] = record[1 + channel * Side * Side + pixel];
            }

            yield return (PngWriter.Write(Side, Side, PngWriter.Rgb, 8, pixels), record[0]);
        }
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : fallback;
}
