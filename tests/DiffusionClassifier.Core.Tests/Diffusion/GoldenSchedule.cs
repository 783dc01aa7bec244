using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

/// <summary>Reads the <c>config</c> of a golden schedule: the fields of a scheduler_config.json, with NumPy expressions for long lists.</summary>
internal static partial class GoldenSchedule
{
    private const double EulerFinalAlphaCumprod = 1.0 / (1 << 24);

    public static NoiseScheduleConfig Config(JsonElement json)
    {
        var defaults = new NoiseScheduleConfig();
        double[]? trained = Get(json, "trained_betas") is { } betas ? Betas(betas) : null;
        return new NoiseScheduleConfig
        {
            TrainTimesteps = Get(json, "num_train_timesteps")?.GetInt32() ?? trained?.Length ?? defaults.TrainTimesteps,
            Schedule = Get(json, "beta_schedule") is { } name ? Enum.Parse<BetaSchedule>(name.GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true) : defaults.Schedule,
            BetaStart = Get(json, "beta_start")?.GetDouble() ?? defaults.BetaStart,
            BetaEnd = Get(json, "beta_end")?.GetDouble() ?? defaults.BetaEnd,
            TrainedBetas = trained,
            RescaleBetasZeroSnr = Get(json, "rescale_betas_zero_snr")?.GetBoolean() ?? defaults.RescaleBetasZeroSnr,
            FinalAlphaCumprod = Get(json, "_class_name")?.GetString()?.StartsWith("Euler", StringComparison.Ordinal) == true ? EulerFinalAlphaCumprod : null,
        };
    }

    private static JsonElement? Get(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static double[] Betas(JsonElement betas)
    {
        if (betas.ValueKind == JsonValueKind.Array)
            return [.. betas.EnumerateArray().Select(beta => beta.GetDouble())];
        Match match = Linspace().Match(betas.GetString()!);
        Assert.True(match.Success, $"trained_betas is no list and no np.linspace: {betas}");
        double from = Number(match, 1), to = Number(match, 2);
        int count = (int)Number(match, 3);
        return [.. Enumerable.Range(0, count).Select(i => from + (to - from) * i / (count - 1))];
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?:np|numpy)\.linspace\(\s*([^,\s]+)\s*,\s*([^,\s]+)\s*,\s*(\d+)\s*\)\s*$")]
    private static partial Regex Linspace();
}
