using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// The rectified flow that a FlowMatch scheduler of diffusers stands for (scheduling_flow_match_euler_discrete.py): its table of 1000 noise
/// levels, shifted towards noise, once. Stateless.
/// </summary>
/// <remarks>
/// Its <c>set_timesteps</c> shifts twice at the low end, and its sampling options (Karras, exponential, beta sigmas) say nothing about the
/// training: neither is followed.
/// </remarks>
internal static class FlowMatchScheduler
{
    private const string Prefix = "FlowMatch";
    private const int DefaultLevels = 1_000;
    private const int MostLevels = 1_000_000; // a damaged number becomes a message, not gigabytes

    // FlowMatchEulerDiscreteScheduler's own defaults of calculate_shift (pipeline_flux.py): a line through two lengths.
    private const double BaseShift = 0.5, MaxShift = 1.15, BaseTokens = 256, MaxTokens = 4_096;

    public static bool Reads(string className) => className.StartsWith(Prefix, StringComparison.Ordinal);

    /// <param name="json">The scheduler's configuration.</param>
    /// <param name="timestepScale">What σ is multiplied by before the denoiser is told it.</param>
    /// <param name="tokens">Tokens of a row, on which a dynamic shift depends.</param>
    /// <exception cref="BundleException">The levels were made otherwise.</exception>
    public static ForwardProcess Read(JsonFile json, double timestepScale, int tokens)
    {
        if (json.Flag("invert_sigmas") == true)
            throw json.Complain("invert_sigmas", "is true: a flow that runs the other way round is not supported.");
        if (json.Number("shift_terminal") is { } terminal)
            throw json.Complain("shift_terminal", FormattableString.Invariant($"is {terminal}: stretched levels are not supported."));
        int levels = json.Integer("num_train_timesteps") ?? DefaultLevels;
        if (levels is < 1 or > MostLevels)
            throw json.Complain("num_train_timesteps", $"is {levels}; it must be from 1 to {MostLevels:N0}.");
        double shift = json.Flag("use_dynamic_shifting") == true ? DynamicShift(json, tokens) : json.Number("shift") ?? 1;
        return double.IsFinite(shift) && shift > 0
            ? LinearFlow.TowardsNoise(LinearFlow.Shifted(levels, shift), timestepScale)
            : throw json.Complain("shift", FormattableString.Invariant($"makes a factor of {shift}; it must be above 0."));
    }

    // time_shift: e^μ/(e^μ + 1/σ − 1), which is the static form with a shift of e^μ; "linear" has μ in the place of e^μ.
    private static double DynamicShift(JsonFile json, int tokens)
    {
        double low = json.Number("base_shift") ?? BaseShift, high = json.Number("max_shift") ?? MaxShift;
        double few = json.Number("base_image_seq_len") ?? BaseTokens, many = json.Number("max_image_seq_len") ?? MaxTokens;
        double mu = low + (tokens - few) * (high - low) / (many - few);
        return json.Text("time_shift_type") switch
        {
            null or "exponential" => Math.Exp(mu),
            "linear" => mu,
            { } other => throw json.Complain("time_shift_type", $"is '{other}'; known are exponential and linear."),
        };
    }
}
