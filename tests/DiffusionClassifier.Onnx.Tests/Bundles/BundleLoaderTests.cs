using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

public class BundleLoaderTests
{
    [Fact]
    public void Everything_about_the_shipped_bundle_is_read_from_its_files()
    {
        ModelManifest manifest = BundleLoader.Load(TemporaryBundle.Original).Manifest;

        Assert.Equal("cifar10", manifest.Id);
        Assert.Equal("CIFAR-10, 3.6 M parameters", manifest.DisplayName);
        Assert.Equal(ConditioningKind.Class, manifest.Conditioning);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], manifest.Classes);
        Assert.Equal(10, manifest.NullClass);
        Assert.Equal(new LatentShape(3, 32, 32), manifest.Latent);
        Assert.Equal(new ImagePreprocessing(32), manifest.Preprocessing);
        Assert.Equal(new NoiseScheduleConfig { Schedule = BetaSchedule.SquaredCosCapV2 }, manifest.Process.Schedule!.Config);
        Assert.Equal(PredictionType.Epsilon, manifest.Process.Prediction);
        Assert.Equal((150, 850), (manifest.TimestepFrom, manifest.TimestepTo));
        Assert.Equal((128, Strategy.Race, PredictionLoss.L2), (manifest.DefaultTrials, manifest.DefaultStrategy, manifest.DefaultLoss));
        Assert.Equal("float32", manifest.DataType);
        Assert.Equal([PredictionLoss.L2], manifest.FittedBetas.Keys); // calibrated for its default loss; the value changes with every calibration
        Assert.Equal([PredictionLoss.L2], manifest.CalibratedTrials.Keys);
    }

    [Fact]
    public void A_strategy_of_a_newer_version_is_warned_of_and_becomes_a_race()
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace("classifier.json", "\"strategy\": ", "\"strategy\": \"tournament\", \"was\": ");

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal(Strategy.Race, manifest.DefaultStrategy);
        Assert.Contains("'tournament'", Assert.Single(manifest.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_without_a_classifier_file_takes_the_defaults()
    {
        using var bundle = new TemporaryBundle();
        File.Delete(bundle.PathOf("classifier.json"));

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal(("copy", "copy"), (manifest.Id, manifest.DisplayName));
        Assert.Equal((0, 1000, 10), (manifest.TimestepFrom, manifest.TimestepTo, manifest.NullClass));
        Assert.Equal((128, Strategy.Race, PredictionLoss.L2), (manifest.DefaultTrials, manifest.DefaultStrategy, manifest.DefaultLoss));
    }

    [Fact]
    public void Temperatures_of_the_bundle_become_betas()
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace("classifier.json", "\"nullClass\"", "\"temperatures\": {\"l2\": 0.5, \"huber\": 0.125}, \"nullClass\"");

        Dictionary<PredictionLoss, double> betas = new(bundle.Load().Manifest.FittedBetas);

        Assert.Equal(new() { [PredictionLoss.L2] = 2, [PredictionLoss.Huber] = 8 }, betas);
    }

    [Fact]
    public void An_Euler_scheduler_with_zero_terminal_SNR_keeps_its_last_value()
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace("scheduler/scheduler_config.json", "DDPMScheduler", "EulerDiscreteScheduler");
        bundle.Replace("scheduler/scheduler_config.json", "\"rescale_betas_zero_snr\": false", "\"rescale_betas_zero_snr\": true");

        NoiseSchedule schedule = bundle.Load().Manifest.Process.Schedule!;

        Assert.Equal(Math.Pow(2, -24), schedule.AlphasCumprod[^1]);
    }

    [Fact]
    public void A_file_with_a_byte_order_mark_is_read()
    {
        using var bundle = new TemporaryBundle();
        bundle.Write("classifier.json", [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(bundle.PathOf("classifier.json"))]);

        Assert.Equal(150, bundle.Load().Manifest.TimestepFrom);
    }
}
