using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// The part of a scheduler_config.json that the method needs. Fields that only steer sampling (timestep_spacing, clip_sample …) are
/// ignored: the scheduler of a pipeline is otherwise irrelevant here (diffusion-classifier issue 17).
/// </summary>
internal static class SchedulerConfig
{
    private const double EulerFinalAlphaCumprod = 1.0 / (1 << 24); // scheduling_euler_discrete.py: keeps sigma finite

    public static (NoiseScheduleConfig Schedule, PredictionType Prediction) Read(string file)
    {
        JsonFile json = JsonFile.Read(file);
        var defaults = new NoiseScheduleConfig();
        IReadOnlyList<double>? trainedBetas = json.Numbers("trained_betas");
        string className = json.Text("_class_name") ?? "";
        var config = new NoiseScheduleConfig
        {
            TrainTimesteps = json.Integer("num_train_timesteps") ?? trainedBetas?.Count ?? defaults.TrainTimesteps,
            Schedule = ReadSchedule(json),
            BetaStart = json.Number("beta_start") ?? defaults.BetaStart,
            BetaEnd = json.Number("beta_end") ?? defaults.BetaEnd,
            TrainedBetas = trainedBetas,
            RescaleBetasZeroSnr = json.Flag("rescale_betas_zero_snr") ?? false,
            FinalAlphaCumprod = className.StartsWith("Euler", StringComparison.Ordinal) ? EulerFinalAlphaCumprod : null,
        };
        if (className.StartsWith("FlowMatch", StringComparison.Ordinal))
        {
            throw json.Complain("_class_name", $"is '{className}': rectified-flow models (Stable Diffusion 3, FLUX) are not supported: "
                + "use Stable Diffusion 1.x or 2.x, or DiT.");
        }

        try
        {
            NoiseSchedule.Create(config);
        }
        catch (InvalidDataException exception)
        {
            throw new BundleException(file, exception.Message, exception);
        }

        return (config, ReadPrediction(json));
    }

    private static BetaSchedule ReadSchedule(JsonFile json) => json.Text("beta_schedule") switch
    {
        null or "linear" => BetaSchedule.Linear,
        "scaled_linear" => BetaSchedule.ScaledLinear,
        "squaredcos_cap_v2" => BetaSchedule.SquaredCosCapV2,
        "sigmoid" => BetaSchedule.Sigmoid,
        { } other => throw json.Complain("beta_schedule", $"is '{other}'; known are linear, scaled_linear, squaredcos_cap_v2 and sigmoid."),
    };

    private static PredictionType ReadPrediction(JsonFile json) => json.Text("prediction_type") switch
    {
        null or "epsilon" => PredictionType.Epsilon,
        "v_prediction" => PredictionType.VPrediction,
        "sample" => PredictionType.Sample,
        { } other => throw json.Complain("prediction_type", $"is '{other}'; known are epsilon, v_prediction and sample."),
    };
}
