using System.Text.Json;
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

    private const string RectifiedFlow = "rectified-flow models are Stable Diffusion 3 and FLUX, and this denoiser is neither: take both "
        + "files from the same model, or use Stable Diffusion 1.x or 2.x, or DiT.";

    private const string Suffix = "Scheduler", Flax = "Flax"; // Flax names the implementation, not another process

    // The beta table of a scheduler whose file leaves it out, as the constructors in diffusers have it.
    private static readonly NoiseScheduleConfig Ddpm = new();
    private static readonly NoiseScheduleConfig Karras = new() { BetaStart = 0.00085, BetaEnd = 0.012 };
    private static readonly NoiseScheduleConfig Latent = Karras with { Schedule = BetaSchedule.ScaledLinear };

    // diffusers' schedulers whose models were trained on a table of betas. Not among them are those of other processes (score SDE,
    // Karras VE, consistency models, rectified flows), and those whose table is made otherwise than from the fields read here (IPNDM,
    // UnCLIP, CogVideoX, Würstchen).
    private static readonly Dictionary<string, NoiseScheduleConfig> Known = new()
    {
        ["DDIM"] = Ddpm,
        ["DDIMInverse"] = Ddpm,
        ["DDIMParallel"] = Ddpm,
        ["DDPM"] = Ddpm,
        ["DDPMParallel"] = Ddpm,
        ["DEISMultistep"] = Ddpm,
        ["DPMSolverMultistep"] = Ddpm,
        ["DPMSolverMultistepInverse"] = Ddpm,
        ["DPMSolverSDE"] = Karras,
        ["DPMSolverSinglestep"] = Ddpm,
        ["EulerAncestralDiscrete"] = Ddpm,
        ["EulerDiscrete"] = Ddpm,
        ["HeunDiscrete"] = Karras,
        ["KDPM2AncestralDiscrete"] = Karras,
        ["KDPM2Discrete"] = Karras,
        ["LCM"] = Latent,
        ["LMSDiscrete"] = Ddpm,
        ["PNDM"] = Ddpm,
        ["RePaint"] = Ddpm,
        ["SASolver"] = Ddpm,
        ["TCD"] = Latent,
        ["UniPCMultistep"] = Ddpm,
    };

    // What only configurations of other processes say, whatever class they name.
    private static readonly (string Field, double Neutral, string Process)[] Foreign =
    [
        ("sigma_data", 0, "EDM's noise, whose scheduler is EDMEulerScheduler."),
        ("snr_shift_scale", 1, "CogVideoX's noise, which is not supported."),
        ("shift", 1, "a rectified flow's noise, which is not supported."),
    ];

    /// <param name="file">Where it is.</param>
    /// <param name="index">The bundle's model_index.json, which names the scheduler too.</param>
    /// <param name="flowScale">What σ of a FlowMatch scheduler is multiplied by for the denoiser; null: it follows none.</param>
    /// <param name="tokens">Tokens of a row, on which the noise levels of a FlowMatch scheduler may depend.</param>
    /// <exception cref="BundleException">The file is missing, or no process that the method knows can be made of it.</exception>
    public static ForwardProcess Read(string file, JsonFile index, double? flowScale, int tokens)
    {
        JsonFile json = JsonFile.Read(file);
        string? indexed = ClassIn(index);
        string className = json.Text("_class_name") ?? indexed ?? "";
        if (ReadOther(json, className, flowScale, tokens) is { } other)
        {
            return indexed is null || indexed == className
                ? other
                : throw index.Complain("scheduler",
                    $"is '{indexed}', but scheduler_config.json is of '{className}': take both files from the same model.");
        }

        if (flowScale is not null)
        {
            throw json.Complain("_class_name", $"is '{className}', and this denoiser follows a rectified flow, whose scheduler is "
                + "FlowMatchEulerDiscreteScheduler: take both files from the same model.");
        }

        NoiseScheduleConfig defaults = ReadDefaults(json, className);
        if (indexed is not null)
            Find(indexed, reason => index.Complain("scheduler", reason)); // which is the one that diffusers takes
        IReadOnlyList<double>? trainedBetas = json.Numbers("trained_betas");
        var config = new NoiseScheduleConfig
        {
            TrainTimesteps = json.Integer("num_train_timesteps") ?? trainedBetas?.Count ?? defaults.TrainTimesteps,
            Schedule = ReadSchedule(json, defaults.Schedule),
            BetaStart = json.Number("beta_start") ?? defaults.BetaStart,
            BetaEnd = json.Number("beta_end") ?? defaults.BetaEnd,
            TrainedBetas = trainedBetas,
            RescaleBetasZeroSnr = json.Flag("rescale_betas_zero_snr") ?? false,
            FinalAlphaCumprod = className.StartsWith("Euler", StringComparison.Ordinal) ? EulerFinalAlphaCumprod : null,
        };
        try
        {
            return VariancePreserving.Create(config, ReadPrediction(json));
        }
        catch (InvalidDataException exception)
        {
            throw new BundleException(file, exception.Message, exception);
        }
    }

    // Processes without a table of betas; null: it has one.
    private static ForwardProcess? ReadOther(JsonFile json, string className, double? flowScale, int tokens)
    {
        if (EdmScheduler.Reads(className))
            return EdmScheduler.Read(json);
        if (SitTransport.Reads(className))
            return SitTransport.Read(json);
        return FlowMatchScheduler.Reads(className) && flowScale is { } scale ? FlowMatchScheduler.Read(json, scale, tokens) : null;
    }

    // A file that does not say whose it is is read as DDPM's.
    private static NoiseScheduleConfig ReadDefaults(JsonFile json, string className)
    {
        if (className.StartsWith("FlowMatch", StringComparison.Ordinal))
            throw json.Complain("_class_name", $"is '{className}': {RectifiedFlow}");
        if (json.Flag("use_flow_sigmas") == true)
            throw json.Complain("use_flow_sigmas", $"is true: {RectifiedFlow}");
        if (json.Text("timestep_type") is { } type and not "discrete")
        {
            throw json.Complain("timestep_type",
                $"is '{type}': the model is told its noise level by something other than a timestep, which is not supported.");
        }

        foreach ((string field, double neutral, string process) in Foreign)
        {
            if (json.Number(field) is { } value && value != neutral)
                throw json.Complain(field, FormattableString.Invariant($"is {value}: that is {process}"));
        }

        return className.Length == 0 ? Ddpm : Find(className, reason => json.Complain("_class_name", reason));
    }

    // "scheduler": ["diffusers", "DDIMScheduler"]
    private static string? ClassIn(JsonFile index) => index.Element("scheduler") is { ValueKind: JsonValueKind.Array } names
        && names.EnumerateArray().ElementAtOrDefault(1) is { ValueKind: JsonValueKind.String } name ? name.GetString() : null;

    private static NoiseScheduleConfig Find(string className, Func<string, BundleException> complain)
    {
        string name = className.StartsWith(Flax, StringComparison.Ordinal) ? className[Flax.Length..] : className;
        return name.EndsWith(Suffix, StringComparison.Ordinal) && Known.TryGetValue(name[..^Suffix.Length], out NoiseScheduleConfig? table)
            ? table
            : throw complain($"is '{className}', for which there is no known table of betas that the model was trained on: "
                + $"its answers would be wrong. Models with these diffusers schedulers are supported: {string.Join(", ", Known.Keys)}; "
                + "and those of other processes: EDMEuler, EDMDPMSolverMultistep, FlowMatchEulerDiscrete, "
                + "FlowMatchHeunDiscrete, SiTTransport.");
    }

    private static BetaSchedule ReadSchedule(JsonFile json, BetaSchedule fallback) => json.Text("beta_schedule") switch
    {
        null => fallback,
        "linear" => BetaSchedule.Linear,
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
