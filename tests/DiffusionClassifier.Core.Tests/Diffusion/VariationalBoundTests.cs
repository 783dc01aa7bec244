using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class VariationalBoundTests
{
    private const int Last = 999;

    private static readonly NoiseScheduleConfig[] Configs =
    [
        new NoiseScheduleConfig(), // DiT's
        new NoiseScheduleConfig { Schedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012 },
        new NoiseScheduleConfig { Schedule = BetaSchedule.SquaredCosCapV2 },
    ];

    public static TheoryData<int, int> SchedulesAndTimesteps =>
    [
        .. from schedule in Enumerable.Range(0, Configs.Length)
           from timestep in (int[])[0, 1, 2, 10, 250, 500, 998, Last]
           select (schedule, timestep)
    ];

    [Theory]
    [MemberData(nameof(SchedulesAndTimesteps))]
    public void The_divergence_of_a_row_is_that_of_two_Gaussians(int config, int timestep)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[config]);
        Row row = Row.Random(schedule, timestep, seed: 1 + timestep);

        double bits = VariationalBound.KullbackLeibler(schedule, timestep, row.Latent, row.Noised, row.Epsilon, row.Variance);

        double expected = row.Average((latent, noised, epsilon, v) => NaiveBound.KullbackLeibler(schedule.AlphasCumprod, timestep, latent, noised, epsilon, v));
        Assert.Equal(expected, bits, 1e-8 * Math.Abs(expected));
    }

    /// <summary>Within two deviations of the model's mean; further out the reference's float arithmetic decides, which the golden data holds.</summary>
    [Theory]
    [MemberData(nameof(SchedulesAndTimesteps))]
    public void A_latent_near_the_mean_is_as_probable_as_its_bin(int config, int timestep)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[config]);
        var random = new Random(2 + timestep);
        for (int i = 0; i < 100; i++)
        {
            (float noised, float epsilon, float v) = (Uniform(random, 0.3), Uniform(random, 0.1), Uniform(random, 1));
            (double mean, double variance) = NaiveBound.Model(schedule.AlphasCumprod, timestep, noised, epsilon, v);
            float latent = (float)(mean + Uniform(random, 2) * Math.Sqrt(variance));

            double bits = VariationalBound.DecoderNll(schedule, timestep, [latent], [noised], [epsilon], [v]);

            Assert.Equal(NaiveBound.DecoderNll(schedule.AlphasCumprod, timestep, latent, noised, epsilon, v), bits, 1e-3);
        }
    }

    [Fact]
    public void The_probability_of_a_latent_far_from_the_mean_has_a_floor()
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[0]);

        Assert.All((float[])[-0.9f, 0.9f], latent =>
            Assert.Equal(Math.Log2(1e12), VariationalBound.DecoderNll(schedule, 1, [latent], [0], [0], [0]), 1e-5));
    }

    /// <summary>By its definition, ∫ q·log(q/p), summed over a fine grid: no formula for Gaussians is shared with the code.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(Last)]
    public void The_divergence_of_one_element_is_the_integral_of_its_definition(int timestep)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[0]);
        (float latent, float noised, float epsilon, float v) = (0.3f, -0.4f, 0.6f, 0.25f);

        double bits = VariationalBound.KullbackLeibler(schedule, timestep, [latent], [noised], [epsilon], [v]);

        (double mean, double variance) = NaiveBound.Posterior(schedule.AlphasCumprod, timestep, latent, noised);
        (double modelMean, double modelVariance) = NaiveBound.Model(schedule.AlphasCumprod, timestep, noised, epsilon, v);
        double deviation = Math.Sqrt(variance), step = deviation / 1000;
        double integral = Enumerable.Range(-10_000, 20_001).Sum(i =>
        {
            double x = mean + i * step;
            return Math.Exp(LogDensity(x, mean, variance)) * (LogDensity(x, mean, variance) - LogDensity(x, modelMean, modelVariance)) * step;
        });
        Assert.Equal(integral / Math.Log(2), bits, 1e-7 * (1 + Math.Abs(bits)));
    }

    [Fact]
    public void The_divergence_is_never_negative()
    {
        var random = new Random(3);
        NoiseSchedule[] schedules = [.. Configs.Select(NoiseSchedule.Create)];
        for (int i = 0; i < 3000; i++)
        {
            NoiseSchedule schedule = schedules[i % schedules.Length];
            int timestep = random.Next(Last + 1);
            // Predictions near the truth and variances near the true one: there rounding would show.
            double noise = RandomArrays.NextNormal(random), error = Math.Pow(10, random.Next(-7, 1)) * RandomArrays.NextNormal(random);
            float latent = (float)(random.NextDouble() * 2 - 1), noised = (float)(schedule.SignalRate(timestep) * latent + schedule.NoiseRate(timestep) * noise);

            double bits = VariationalBound.KullbackLeibler(schedule, timestep, [latent], [noised], [(float)(noise + error)], [(float)(random.NextDouble() * 2 - 1)]);

            Assert.True(bits >= -1e-15 && double.IsFinite(bits), $"{bits} at t = {timestep}"); // one unit of rounding at the size of its terms
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(Last)]
    public void The_true_prediction_and_variance_have_no_divergence(int timestep)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[0]);
        float epsilon = 0.5f, noised = (float)(schedule.SignalRate(timestep) * 0.25 + schedule.NoiseRate(timestep) * epsilon);

        double bits = VariationalBound.KullbackLeibler(schedule, timestep, [0.25f], [noised], [epsilon], [-1]);

        Assert.Equal(0, bits, 1e-9); // what rounding x_t to a float leaves
    }

    [Fact]
    public void The_first_timestep_uses_the_variance_of_the_second()
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[0]);
        float epsilon = 0.5f, noised = (float)(schedule.SignalRate(0) * 0.25 + schedule.NoiseRate(0) * epsilon);

        double smallest = VariationalBound.KullbackLeibler(schedule, 0, [0.25f], [noised], [epsilon], [-1]);
        double beta = VariationalBound.KullbackLeibler(schedule, 0, [0.25f], [noised], [epsilon], [1]);

        double ratio = (1 - schedule.AlphasCumprod[0]) / NaiveBound.Posterior(schedule.AlphasCumprod, 1, 0, 0).Variance; // β₀ to β̃₁
        Assert.Equal(0, smallest, 1e-6);
        Assert.Equal((Math.Log(ratio) + 1 / ratio - 1) / 2 / Math.Log(2), beta, 1e-6);
    }

    [Fact]
    public void A_number_that_is_not_finite_makes_the_divergence_not_finite()
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[0]);

        Assert.All((float[])[float.NaN, float.PositiveInfinity], poison =>
        {
            Assert.False(double.IsFinite(VariationalBound.KullbackLeibler(schedule, 7, [1, 1], [1, 1], [0, poison], [0, 0])));
            Assert.False(double.IsFinite(VariationalBound.KullbackLeibler(schedule, 7, [1, 1], [1, 1], [0, 0], [0, poison])));
        });
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(1f)]
    public void A_latent_at_the_edge_has_a_bin_that_reaches_to_infinity(float edge)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(Configs[0]);
        float beyond = (float)(schedule.SignalRate(0) * 3 * edge); // ε̂ = 0: x̂₀ is three times the edge

        double bits = VariationalBound.DecoderNll(schedule, 0, [edge], [beyond], [0], [0]);

        Assert.Equal(0, bits, 1e-9);
    }

    private static float Uniform(Random random, double limit) => (float)((random.NextDouble() * 2 - 1) * limit);

    private static double LogDensity(double x, double mean, double variance) => -0.5 * (Math.Log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);

    private sealed record Row(float[] Latent, float[] Noised, float[] Epsilon, float[] Variance)
    {
        private const int Length = 48;

        public static Row Random(NoiseSchedule schedule, int timestep, int seed)
        {
            var random = new Random(seed);
            float[] noise = RandomArrays.Normal(random, Length), noised = new float[Length];
            float[] latent = [-1, 1, .. Enumerable.Range(2, Length - 2).Select(_ => (float)(random.NextDouble() * 2 - 1))];
            for (int i = 0; i < Length; i++)
                noised[i] = (float)(schedule.SignalRate(timestep) * latent[i] + schedule.NoiseRate(timestep) * noise[i]);
            return new Row(latent, noised, [.. noise.Select(value => value + 0.1f * (float)RandomArrays.NextNormal(random))], [.. latent.Select(_ => (float)(random.NextDouble() * 2 - 1))]);
        }

        public double Average(Func<double, double, double, double, double> term) =>
            Enumerable.Range(0, Length).Average(i => term(Latent[i], Noised[i], Epsilon[i], Variance[i]));
    }
}
