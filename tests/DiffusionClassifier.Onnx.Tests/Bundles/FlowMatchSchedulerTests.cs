using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>The noise levels that a FlowMatch scheduler's file stands for.</summary>
public sealed class FlowMatchSchedulerTests
{
    private const int Tokens = 4_096; // of FLUX at 1024 pixels

    [Theory]
    [InlineData("{}", 0.5)]
    [InlineData("""{ "shift": 3.0 }""", 0.75)] // 3·0.5/(1 + 2·0.5)
    [InlineData("""{ "shift": 3.0, "use_dynamic_shifting": true }""", 0.75951)] // e^1.15/(e^1.15 + 1): 4096 tokens are max_image_seq_len
    [InlineData("""{ "use_dynamic_shifting": true, "time_shift_type": "linear" }""", 0.53488)] // 1.15/(1.15 + 1)
    [InlineData("""{ "use_dynamic_shifting": true, "base_shift": 0, "max_shift": 0 }""", 0.5)]
    public void The_level_in_the_middle_is_shifted_once(string json, double expected)
    {
        ForwardProcess process = Read(json, scale: 1);

        Assert.Equal(expected, process[499].NoiseRate, 4);
        Assert.Equal(1, process[999].NoiseRate, 12);
        Assert.Equal(1_000, process.Timesteps);
    }

    [Fact]
    public void The_model_is_told_the_level_in_its_own_measure_and_predicts_what_leads_to_noise()
    {
        ProcessStep step = Read("""{ "shift": 3.0 }""", scale: 1_000)[499];

        Assert.Equal(750, step.ModelTimestep, 9);
        Assert.Equal((0.25, 0.75), (step.SignalRate, step.NoiseRate));
        Assert.Equal((1.0, 0.0, 1.0), (step.OutputFactor, step.NoisedFactor, step.LatentFactor)); // ε̂ = v + x₀
    }

    [Theory]
    [InlineData("""{ "invert_sigmas": true }""", "invert_sigmas is true: a flow that runs the other way round is not supported.")]
    [InlineData("""{ "shift_terminal": 0.1 }""", "shift_terminal is 0.1: stretched levels are not supported.")]
    [InlineData("""{ "num_train_timesteps": 0 }""", "num_train_timesteps is 0; it must be from 1 to 1,000,000.")]
    [InlineData("""{ "shift": 0 }""", "shift makes a factor of 0; it must be above 0.")]
    [InlineData("""{ "use_dynamic_shifting": true, "time_shift_type": "cubic" }""", "time_shift_type is 'cubic'; known are exponential and linear.")]
    public void A_file_from_which_no_levels_follow_is_refused(string json, string reason)
    {
        var exception = Assert.Throws<BundleException>(() => Read(json, scale: 1));

        Assert.Equal(reason, exception.Reason);
    }

    private static ForwardProcess Read(string json, double scale) =>
        FlowMatchScheduler.Read(JsonFile.Of("scheduler_config.json", JsonNode.Parse(json)!.AsObject()), scale, Tokens);
}
