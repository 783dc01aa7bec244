using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>What is wrong with a bundle whose process is no table of betas is said with the file.</summary>
public sealed class OtherProcessBundleTests
{
    private const string Index = "model_index.json", Scheduler = "scheduler/scheduler_config.json";

    [Theory]
    [InlineData("EDMEulerScheduler")]
    [InlineData("EDMDPMSolverMultistepScheduler")]
    [InlineData("SiTTransport")]
    public void A_scheduler_of_another_process_than_the_index_names_is_refused(string name)
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace(Scheduler, "DDPMScheduler", name);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(Index), exception.File);
        Assert.Equal($"scheduler is 'DDPMScheduler', but scheduler_config.json is of '{name}': take both files from the same model.", exception.Reason);
    }

    [Theory]
    [InlineData("EDMEulerScheduler")]
    [InlineData("SiTTransport")]
    public void A_model_that_is_told_fractions_needs_a_float_timestep(string name)
    {
        using TemporaryBundle bundle = Of(name);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.EndsWith(".onnx", exception.File, StringComparison.Ordinal);
        Assert.Contains("takes whole numbers, and this model is told fractions", exception.Reason, StringComparison.Ordinal);
        Assert.EndsWith("export it with a float timestep.", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EDMEulerScheduler", "\"sigma_data\": 0", "sigma_data is 0; it must be above 0.")]
    [InlineData("EDMEulerScheduler", "\"prediction_type\": \"sample\"", "prediction_type is 'sample'; known of EDM are epsilon and v_prediction.")]
    [InlineData("EDMEulerScheduler", "\"num_train_timesteps\": 0", "num_train_timesteps is 0; it must be from 1 to 1,000,000.")]
    [InlineData("SiTTransport", "\"path_type\": \"GVP\"", "path_type is 'GVP'; only Linear, SiT's default, is supported.")]
    [InlineData("SiTTransport", "\"prediction\": \"noise\"", "prediction is 'noise'; only velocity, SiT's default, is supported.")]
    public void A_value_that_makes_no_process_is_refused(string name, string field, string reason)
    {
        using TemporaryBundle bundle = Of(name);
        bundle.Write(Scheduler, $"{{\"_class_name\": \"{name}\", {field}}}");

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal((bundle.PathOf(Scheduler), reason), (exception.File, exception.Reason));
    }

    [Fact]
    public void An_infinity_as_Python_writes_it_hurts_only_where_a_number_is_read()
    {
        using TemporaryBundle bundle = Of("DPMSolverMultistepScheduler"), other = Of("DPMSolverMultistepScheduler");
        bundle.Write(Scheduler, """{ "_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "note": "NaN, \"Infinity\"" }""");
        other.Write(Scheduler, """{ "_class_name": "DPMSolverMultistepScheduler", "beta_start": NaN }""");

        Bundle loaded = bundle.Load();
        var exception = Assert.Throws<BundleException>(() => other.Load());

        Assert.Equal(1_000, loaded.Manifest.Process.Timesteps);
        Assert.Equal("beta_start must be a number.", exception.Reason);
    }

    private static TemporaryBundle Of(string scheduler)
    {
        var bundle = new TemporaryBundle();
        bundle.Write(Scheduler, $"{{\"_class_name\": \"{scheduler}\"}}");
        bundle.Replace(Index, "DDPMScheduler", scheduler);
        return bundle;
    }
}
