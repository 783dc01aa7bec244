using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class NoiseScheduleGoldenTests(ITestOutputHelper output)
{
    private const string File = "scheduler/golden_alphas.json";
    private const double Relative = 1e-5, Absolute = 1e-9; // the golden data's own tolerance for ᾱ, which it computed in float32
    private const double RescaledBeta = 2e-5; // rescaling subtracts nearly equal √ᾱ near T: there the golden β, in float32, is itself off by 7e-6
    private const double SingleUnit = 2.4e-7; // four units of float32 at 1: what 1 − ᾱ_t/ᾱ_{t−1} loses there

    [Fact]
    public void Every_golden_schedule_agrees_at_every_timestep()
    {
        foreach ((string name, JsonElement golden, NoiseSchedule schedule) in Schedules())
        {
            float[] expected = GoldenData.Array<float>(golden.GetProperty("all_alphas_cumprod"));
            var deviation = new Deviation($"{name}: all ᾱ", Relative, Absolute);

            Assert.Equal(expected.Length, schedule.Timesteps);
            for (int t = 0; t < expected.Length; t++)
                deviation.Check(expected[t], schedule.AlphasCumprod[t], $"t = {t}");

            deviation.Report(output);
        }
    }

    [Fact]
    public void The_rates_of_every_golden_schedule_agree_at_the_listed_timesteps()
    {
        int[] timesteps = Timesteps();
        foreach ((string name, JsonElement golden, NoiseSchedule schedule) in Schedules())
        {
            Compare($"{name}: ᾱ", golden, "alphas_cumprod", t => schedule.AlphasCumprod[t], Absolute);
            // A float32 root of 1 − ᾱ is exact only as a square: both rates are compared squared, at the scale of ᾱ's own tolerance.
            Compare($"{name}: √ᾱ, squared", golden, "sqrt_alphas_cumprod", t => Square(schedule.SignalRate(t)), Absolute, Square);
            Compare($"{name}: √(1−ᾱ), squared", golden, "sqrt_one_minus", t => Square(schedule.NoiseRate(t)), Absolute, Square, scale: 1);
            NoiseScheduleConfig config = GoldenSchedule.Config(golden.GetProperty("config")) with { FinalAlphaCumprod = null }; // β is taken before Euler replaces the last ᾱ
            var betas = NoiseSchedule.Create(config);
            Compare($"{name}: β", golden, "betas", t => Beta(betas, t), config.RescaleBetasZeroSnr ? RescaledBeta : SingleUnit);
        }

        void Compare(string quantity, JsonElement golden, string field, Func<int, double> actual, double absolute, Func<double, double>? transform = null, double? scale = null)
        {
            double[] expected = Doubles(golden.GetProperty(field));
            var deviation = new Deviation(quantity, Relative, absolute);

            Assert.Equal(timesteps.Length, expected.Length);
            for (int i = 0; i < timesteps.Length; i++)
                deviation.Check(transform?.Invoke(expected[i]) ?? expected[i], actual(timesteps[i]), $"t = {timesteps[i]}", scale);

            deviation.Report(output);
        }
    }

    [Fact]
    public void The_golden_arrays_of_DiT_agree_to_double_precision()
    {
        JsonElement golden = GoldenData.Json(File).GetProperty("dit_float64");
        double[] listed = Doubles(golden.GetProperty("alphas_cumprod"));
        int[] timesteps = Timesteps();
        NoiseSchedule? last = null;
        foreach (string file in golden.GetProperty("files").EnumerateArray().Select(entry => entry.GetString()!))
        {
            double[] expected = GoldenData.Array<double>(JsonSerializer.SerializeToElement(new { file }));
            NoiseSchedule schedule = last = Dit(expected.Length);
            (Func<int, double> actual, double relative) = file.Contains("posterior_log_variance", StringComparison.Ordinal)
                ? ((Func<int, double>)(t => LogPosteriorVariance(schedule, t)), 1e-11) // β comes from a difference of two ᾱ: four digits less
                : (t => schedule.AlphasCumprod[t], 1e-12);
            var deviation = new Deviation(Path.GetFileName(file), relative, 0);

            for (int t = 0; t < expected.Length; t++)
                deviation.Check(expected[t], actual(t), $"t = {t}");

            deviation.Report(output);
        }

        var atTimesteps = new Deviation("dit_float64: ᾱ at the listed timesteps", 1e-12, 0);
        for (int i = 0; i < timesteps.Length; i++)
            atTimesteps.Check(listed[i], last!.AlphasCumprod[timesteps[i]], $"t = {timesteps[i]}");
        atTimesteps.Report(output);
    }

    private static IEnumerable<(string Name, JsonElement Golden, NoiseSchedule Schedule)> Schedules() =>
        from golden in GoldenData.Json(File).GetProperty("schedules").EnumerateArray()
        select (golden.GetProperty("name").GetString()!, golden, NoiseSchedule.Create(GoldenSchedule.Config(golden.GetProperty("config"))));

    private static int[] Timesteps() => [.. GoldenData.Json(File).GetProperty("timesteps").EnumerateArray().Select(t => t.GetInt32())];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    // create_diffusion(''): linear betas that keep their total for any number of timesteps (DiT, gaussian_diffusion.py:89-98).
    private static NoiseSchedule Dit(int timesteps) =>
        NoiseSchedule.Create(new NoiseScheduleConfig { TrainTimesteps = timesteps, BetaStart = 0.0001 * 1000 / timesteps, BetaEnd = 0.02 * 1000 / timesteps });

    private static double Beta(NoiseSchedule schedule, int timestep) =>
        1 - schedule.AlphasCumprod[timestep] / (timestep == 0 ? 1 : schedule.AlphasCumprod[timestep - 1]);

    // Clipped: the first value, which would be log 0, repeats the second.
    private static double LogPosteriorVariance(NoiseSchedule schedule, int timestep)
    {
        int t = Math.Max(timestep, 1);
        return Math.Log(Beta(schedule, t) * (1 - schedule.AlphasCumprod[t - 1]) / (1 - schedule.AlphasCumprod[t]));
    }

    private static double Square(double value) => value * value;
}
