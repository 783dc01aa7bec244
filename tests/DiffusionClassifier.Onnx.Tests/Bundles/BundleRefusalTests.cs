using System.Text;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

public class BundleRefusalTests
{
    private const string Index = "model_index.json", Classifier = "classifier.json", Scheduler = "scheduler/scheduler_config.json", Config = "unet/config.json";

    public static TheoryData<string, string, string, string> Replacements => new()
    {
        { Scheduler, "squaredcos_cap_v2", "exponential", "beta_schedule is 'exponential'; known are linear" },
        { Scheduler, "\"epsilon\"", "\"score\"", "prediction_type is 'score'; known are epsilon" },
        { Scheduler, "DDPMScheduler", "FlowMatchEulerDiscreteScheduler", "rectified-flow" },
        { Scheduler, "\"_class_name\"", "\"use_flow_sigmas\": true, \"_class_name\"", "use_flow_sigmas is true: rectified-flow" },
        { Scheduler, "\"_class_name\"", "\"timestep_type\": \"continuous\", \"_class_name\"", "timestep_type is 'continuous'" },
        { Scheduler, "\"_class_name\"", "\"sigma_data\": 0.5, \"_class_name\"", "sigma_data is 0.5: that is EDM's noise" },
        { Scheduler, "\"_class_name\"", "\"snr_shift_scale\": 3, \"_class_name\"", "snr_shift_scale is 3: that is CogVideoX's noise" },
        { Scheduler, "\"_class_name\"", "\"shift\": 3.0, \"_class_name\"", "shift is 3: that is a rectified flow's noise" },
        { Index, "DDPMScheduler", "EDMEulerScheduler", "scheduler is 'EDMEulerScheduler', for which there is no known table of betas" },
        { Config, "\"sample_size\": 32", "\"sample_size\": 32, \"num_train_timesteps\": 500", "num_train_timesteps is 500: the model was trained" },
        { Config, "\"sample_size\": 32", "\"sample_size\": 32, \"time_embedding_type\": \"learned\", \"num_train_timesteps\": 999", "num_train_timesteps is 999: the model was trained with that many timesteps, but scheduler_config.json says that there are 1000" },
        { Scheduler, "\"num_train_timesteps\": 1000", "\"num_train_timesteps\": 0", "num_train_timesteps is 0" },
        { Scheduler, "\"num_train_timesteps\": 1000", "\"num_train_timesteps\": 2147483647", "num_train_timesteps is 2147483647" },
        { Scheduler, "\"num_train_timesteps\": 1000", "\"num_train_timesteps\": \"many\"", "num_train_timesteps must be a whole number" },
        { Scheduler, "\"trained_betas\": null", "\"trained_betas\": [0.1, 0.2]", "trained_betas has 2 values" },
        { Scheduler, "\"trained_betas\": null", "\"trained_betas\": \"np.linspace(0, 1, 1000)\"", "trained_betas must be a list of numbers" },
        { Classifier, "[150, 850]", "[850, 150]", "timestepRange must be two whole numbers" },
        { Classifier, "[150, 850]", "[0, 1001]", "timestepRange must be two whole numbers" },
        { Classifier, "[150, 850]", "[-1, 10]", "timestepRange must be two whole numbers" },
        { Classifier, "[150, 850]", "[150]", "timestepRange must be two whole numbers" },
        { Classifier, "[150, 850]", "[1.5, 850]", "timestepRange must be two whole numbers" },
        { Classifier, "[150, 850]", "[150, 1e300]", "timestepRange must be two whole numbers" },
        { Classifier, "[150, 850]", "\"all\"", "timestepRange must be a list of numbers" },
        { Classifier, "\"trials\": 128", "\"trials\": 0", "recommended.trials is 0" },
        { Classifier, "\"trials\": 128", "\"trials\": 1e99", "recommended.trials must be a whole number" },
        { Classifier, "\"nullClass\": 10", "\"nullClass\": 3", "nullClass is 3" },
        { Classifier, "\"nullClass\": 10", "\"nullClass\": 11", "nullClass is 11" },
        { Classifier, "\"nullClass\": 10", "\"crop\": \"middle\"", "crop is 'middle'" },
        { Classifier, "\"nullClass\": 10", "\"temperatures\": {\"l2\": 0}", "temperatures.l2 must be a temperature above 0" },
        { Classifier, "\"nullClass\": 10", "\"temperatures\": {\"l2\": 1e-320}", "temperatures.l2 must be a temperature above 0" },
        { Classifier, "\"nullClass\": 10", "\"temperatures\": {\"l3\": 1}", "temperatures.l3 must be a loss" },
        { Classifier, "\"nullClass\": 10", "\"temperatures\": {\"7\": 1}", "temperatures.7 must be a loss" },
        { Classifier, "\"nullClass\": 10", "\"temperatures\": 1", "temperatures must be an object" },
        { Classifier, "\"nullClass\": 10", "\"timestepWeights\": {\"l2\": 1}", "timestepWeights.l2 must be an object" },
        { Classifier, "\"nullClass\": 10", "\"timestepWeights\": {\"l2\": {\"timesteps\": [1, 2], \"weights\": [1]}}", "timestepWeights.l2 must have as many weights as timesteps" },
        { Classifier, "\"nullClass\": 10", "\"timestepWeights\": {\"l2\": {\"timesteps\": [1.5], \"weights\": [1]}}", "timestepWeights.l2.timesteps must be whole numbers" },
        { Classifier, "\"nullClass\": 10", "\"timestepWeights\": {\"l2\": {\"timesteps\": [1], \"weights\": [-1]}}", "timestepWeights.l2 must have weights of at least 0" },
        { Classifier, "\"nullClass\": 10", "\"timestepWeights\": {\"l2\": {\"timesteps\": [1], \"weights\": [1], \"temperature\": -1}}", "timestepWeights.l2.temperature must be a temperature above 0" },
        { Classifier, "\"nullClass\": 10", "\"calibration\": {\"l2\": {\"trials\": \"many\"}}", "calibration.l2.trials must be a whole number" },
        { Classifier, "CIFAR-10,", "\\ud800", "not Unicode" },
        { Index, "\"3\": \"cat\"", "\"11\": \"cat\"", "id2label must name the classes 0, 1, 2 … without gap" },
        { Index, "\"3\": \"cat\"", "\"-3\": \"cat\"", "id2label.-3 is not a class id" },
        { Index, "\"3\": \"cat\"", "\"3\": \" \"", "id2label.3 is empty" },
        { Index, "\"3\": \"cat\"", "\"3\": 3", "id2label.3 must be a string" },
        { Index, "\"id2label\"", "\"labels\"", "id2label is missing" },
        { Index, "\"9\": \"truck\"", "\"9\": \"truck\", \"10\": \"bus\", \"11\": \"tram\"", "num_class_embeds is 11, but model_index.json names 12 classes" },
        { Config, "\"sample_size\": 32", "\"sample_size\": 0", "sample_size is 0" },
        { Config, "\"sample_size\": 32", "\"sample_size\": 64", "the graph is fixed to 32" },
        { Config, "\"in_channels\": 3", "\"in_channels\": 4", "" },
    };

    public static TheoryData<string> MustExist => [Index, Scheduler, TemporaryBundle.Model];

    public static TheoryData<string, string> BrokenJson => new()
    {
        { "", "cannot be read as JSON" },
        { "{ \"a\": ", "cannot be read as JSON" },
        { "[1, 2]", "must contain a JSON object" },
        { "null", "must contain a JSON object" },
        { new string('[', 10_000), "cannot be read as JSON" },
    };

    [Fact]
    public void A_scheduler_file_that_names_no_class_is_of_the_one_that_the_index_names()
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(Scheduler, "{}");
        bundle.Replace(Index, "DDPMScheduler", "LCMScheduler");

        NoiseScheduleConfig schedule = bundle.Load().Manifest.Process.Schedule!.Config;

        Assert.Equal((BetaSchedule.ScaledLinear, 0.00085, 0.012), (schedule.Schedule, schedule.BetaStart, schedule.BetaEnd));
    }

    [Fact]
    public void A_graph_under_the_name_of_another_precision_is_named()
    {
        using var bundle = new TemporaryBundle();
        File.Move(bundle.PathOf(TemporaryBundle.Model), bundle.PathOf("unet/model_fp16.onnx"));

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal("the file is missing; the graph here is called model_fp16.onnx: rename it to model.onnx.", exception.Reason);
    }

    [Theory]
    [InlineData(TemporaryBundle.Model)]
    [InlineData(TemporaryBundle.Weights)]
    [InlineData(Config)]
    public void A_note_of_Git_LFS_in_a_files_place_is_refused_with_how_to_get_the_file(string file)
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(file, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 14270464\n");

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(file), exception.File);
        Assert.Contains("'git lfs pull'", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Replacements))]
    public void A_value_that_cannot_work_is_refused_with_the_file_and_the_reason(string file, string old, string replacement, string reason)
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace(file, old, replacement);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
        Assert.StartsWith(bundle.Folder, exception.File, StringComparison.Ordinal);
        if (file != Config)
            Assert.Equal(reason.Contains("num_class_embeds", StringComparison.Ordinal) ? bundle.PathOf(Config) : bundle.PathOf(file), exception.File);
    }

    [Theory]
    [InlineData("CMStochasticIterativeScheduler")]
    [InlineData("KarrasVeScheduler")]
    [InlineData("FlaxKarrasVeScheduler")]
    [InlineData("ScoreSdeVeScheduler")]
    [InlineData("ScoreSdeVpScheduler")]
    [InlineData("IPNDMScheduler")] // its betas are a sine, whatever the file says
    [InlineData("UnCLIPScheduler")]
    [InlineData("CogVideoXDDIMScheduler")]
    [InlineData("DDPM")]
    [InlineData("ddpmscheduler")]
    [InlineData("SchedulerOfTomorrow")]
    public void A_scheduler_of_which_no_table_of_betas_is_known_is_refused_with_those_that_are(string name)
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace(Scheduler, "DDPMScheduler", name);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(Scheduler), exception.File);
        Assert.StartsWith($"_class_name is '{name}', for which there is no known table of betas", exception.Reason, StringComparison.Ordinal);
        Assert.Contains("DDIM, ", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MustExist))]
    public void A_missing_file_is_named(string file)
    {
        using var bundle = new TemporaryBundle();
        File.Delete(bundle.PathOf(file));

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal((bundle.PathOf(file), "the file is missing."), (exception.File, exception.Reason));
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.safetensors")]
    [InlineData("diffusion_pytorch_model.bin")]
    public void A_download_for_PyTorch_is_told_to_be_exported(string weights)
    {
        using var bundle = new TemporaryBundle();
        File.Move(bundle.PathOf(TemporaryBundle.Model), bundle.PathOf($"unet/{weights}"));

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(TemporaryBundle.Model), exception.File);
        Assert.Contains($"there are only PyTorch weights, {weights}. Export the model to ONNX", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BrokenJson))]
    public void Any_file_that_is_no_JSON_object_is_named(string text, string reason)
    {
        foreach (string file in (string[])[Index, Classifier, Scheduler, Config])
        {
            using var bundle = new TemporaryBundle();
            bundle.Write(file, text);

            var exception = Assert.Throws<BundleException>(() => bundle.Load());

            Assert.Equal(bundle.PathOf(file), exception.File);
            Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_in_another_encoding_than_UTF8_is_named()
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(Classifier, Encoding.Latin1.GetBytes("""{"displayName": "Modèle"}"""));

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(Classifier), exception.File);
        Assert.Contains("save it as UTF-8", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_half_a_character_as_the_key_of_a_class_is_named()
    {
        using var bundle = new TemporaryBundle();
        bundle.Replace(Index, "\"9\"", "\"\\ud800\"");

        Assert.Equal(bundle.PathOf(Index), Assert.Throws<BundleException>(() => bundle.Load()).File);
    }

    [Theory]
    [InlineData("unet", "no denoiser")]
    [InlineData("", "does not exist")]
    public void A_missing_folder_is_refused_with_the_reason(string folder, string reason)
    {
        using var bundle = new TemporaryBundle();
        Directory.Delete(bundle.PathOf(folder), recursive: true);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
    }
}
