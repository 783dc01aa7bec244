using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class NoiseScheduleTests
{
    private const double Tolerance = 1e-14;

    [Fact]
    public void A_linear_schedule_spaces_beta_evenly()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 3, BetaStart = 0.1, BetaEnd = 0.3 };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        AssertClose([0.9, 0.9 * 0.8, 0.9 * 0.8 * 0.7], schedule);
    }

    [Fact]
    public void A_scaled_linear_schedule_spaces_the_root_of_beta_evenly()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 3, Schedule = BetaSchedule.ScaledLinear, BetaStart = 0.01, BetaEnd = 0.25 };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        AssertClose([0.99, 0.99 * 0.91, 0.99 * 0.91 * 0.75], schedule);
    }

    [Fact]
    public void A_squared_cosine_schedule_follows_the_cosine_and_caps_the_last_beta()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 2, Schedule = BetaSchedule.SquaredCosCapV2 };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        double half = Math.Pow(Math.Cos(0.508 / 1.008 * Math.PI / 2), 2) / Math.Pow(Math.Cos(0.008 / 1.008 * Math.PI / 2), 2);
        AssertClose([half, half * 0.001], schedule);
    }

    [Fact]
    public void A_sigmoid_schedule_rises_from_start_to_end_around_the_middle()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 3, Schedule = BetaSchedule.Sigmoid, BetaStart = 0.1, BetaEnd = 0.3 };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        double low = 0.1 + 0.2 / (1 + Math.Exp(6)), high = 0.1 + 0.2 / (1 + Math.Exp(-6));
        AssertClose([1 - low, (1 - low) * 0.8, (1 - low) * 0.8 * (1 - high)], schedule);
    }

    [Fact]
    public void Trained_betas_override_the_formula()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 2, Schedule = BetaSchedule.SquaredCosCapV2, TrainedBetas = [0.5, 0.25] };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        AssertClose([0.5, 0.375], schedule);
    }

    [Fact]
    public void A_single_timestep_has_the_start_beta()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 1, BetaStart = 0.25, BetaEnd = 0.75 };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        AssertClose([0.75], schedule);
    }

    [Fact]
    public void A_rescaling_to_zero_SNR_keeps_the_first_timestep_and_leaves_no_signal_in_the_last()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 3, TrainedBetas = [0.19, 0.209876543209876543, 0.75], RescaleBetasZeroSnr = true };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        // √ᾱ was 0.9, 0.8, 0.4; minus 0.4, times 0.9/0.5.
        AssertClose([0.81, 0.72 * 0.72, 0], schedule);
    }

    [Fact]
    public void A_rescaling_to_zero_SNR_for_an_Euler_scheduler_ends_with_the_given_value()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 3, TrainedBetas = [0.19, 0.209876543209876543, 0.75], RescaleBetasZeroSnr = true, FinalAlphaCumprod = 1.0 / (1 << 24) };

        NoiseSchedule schedule = NoiseSchedule.Create(config);

        AssertClose([0.81, 0.72 * 0.72, 1.0 / (1 << 24)], schedule);
    }

    [Fact]
    public void A_final_value_without_rescaling_changes_nothing()
    {
        var plain = new NoiseScheduleConfig { TrainTimesteps = 10 };

        NoiseSchedule schedule = NoiseSchedule.Create(plain with { FinalAlphaCumprod = 0.5 });

        AssertClose(NoiseSchedule.Create(plain).AlphasCumprod, schedule);
    }

    public static TheoryData<NoiseScheduleConfig, string> BadConfigs => new()
    {
        { new() { TrainTimesteps = 0 }, "num_train_timesteps" },
        { new() { TrainTimesteps = -5 }, "num_train_timesteps" },
        { new() { TrainTimesteps = int.MaxValue }, "num_train_timesteps" },
        { new() { BetaStart = -0.1 }, "beta[0]" },
        { new() { BetaEnd = 1 }, "beta[999]" },
        { new() { BetaEnd = double.NaN }, "beta[0]" },
        { new() { BetaEnd = double.PositiveInfinity }, "beta[" },
        { new() { Schedule = BetaSchedule.ScaledLinear, BetaStart = -0.1 }, "beta[0]" },
        { new() { Schedule = (BetaSchedule)99 }, "beta_schedule" },
        { new() { TrainTimesteps = 3, TrainedBetas = [0.1, 0.2] }, "trained_betas has 2" },
        { new() { TrainTimesteps = 2, TrainedBetas = [0.1, double.NaN] }, "beta[1]" },
        { new() { TrainTimesteps = 1, RescaleBetasZeroSnr = true }, "rescale_betas_zero_snr" },
        { new() { BetaStart = 0, BetaEnd = 0, RescaleBetasZeroSnr = true }, "rescale_betas_zero_snr" },
    };

    [Theory]
    [MemberData(nameof(BadConfigs))]
    public void A_configuration_that_gives_no_schedule_is_refused_with_the_name_of_its_field(NoiseScheduleConfig config, string field)
    {
        var exception = Assert.Throws<InvalidDataException>(() => NoiseSchedule.Create(config));

        Assert.Contains(field, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_valid_schedule_descends_within_the_unit_interval_and_preserves_variance()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            NoiseScheduleConfig config = RandomConfig(random);

            NoiseSchedule schedule = NoiseSchedule.Create(config);

            Assert.Equal(config.TrainTimesteps, schedule.Timesteps);
            Assert.InRange(schedule.AlphasCumprod[0], 0, 1 - 1e-9);
            for (int t = 0; t < schedule.Timesteps; t++)
            {
                Assert.InRange(schedule.AlphasCumprod[t], 0, t == 0 ? 1 : schedule.AlphasCumprod[t - 1]);
                Assert.Equal(1, Math.Pow(schedule.SignalRate(t), 2) + Math.Pow(schedule.NoiseRate(t), 2), 14);
            }
        }
    }

    private static NoiseScheduleConfig RandomConfig(Random random)
    {
        double start = 1e-5 + random.NextDouble() * 0.01;
        return new NoiseScheduleConfig
        {
            TrainTimesteps = random.Next(2, 1200),
            Schedule = (BetaSchedule)random.Next(4),
            BetaStart = start,
            BetaEnd = start + random.NextDouble() * 0.05,
            RescaleBetasZeroSnr = random.Next(2) == 0,
        };
    }

    private static void AssertClose(IReadOnlyList<double> expected, NoiseSchedule schedule)
    {
        Assert.Equal(expected.Count, schedule.Timesteps);
        for (int t = 0; t < expected.Count; t++)
            Assert.Equal(expected[t], schedule.AlphasCumprod[t], Tolerance);
    }
}
