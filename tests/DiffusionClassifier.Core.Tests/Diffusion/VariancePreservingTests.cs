using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public sealed class VariancePreservingTests
{
    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.VPrediction)]
    [InlineData(PredictionType.Sample)]
    public void A_perfect_output_of_any_kind_gives_the_noise_back(PredictionType type)
    {
        ForwardProcess process = VariancePreserving.Create(new NoiseScheduleConfig(), type);
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            int length = random.Next(1, 300), timestep = random.Next(50, process.Timesteps);
            float[] clean = RandomArrays.Normal(random, length), noise = RandomArrays.Normal(random, length), noised = new float[length];
            process.AddNoise(clean, noise, timestep, noised);
            (double signal, double rate) = (process[timestep].SignalRate, process[timestep].NoiseRate);
            float[] output = [.. Enumerable.Range(0, length).Select(k => (float)Perfect(type, clean[k], noise[k], signal, rate))];

            process.ToEpsilon(timestep, output, noised, clean);

            for (int k = 0; k < length; k++)
                Assert.Equal(noise[k], output[k], 1e-5);
        }
    }

    [Theory]
    [InlineData(PredictionType.VPrediction)]
    [InlineData(PredictionType.Sample)]
    public void Without_signal_the_output_counts_for_nothing(PredictionType type)
    {
        ForwardProcess process = VariancePreserving.Create(new NoiseScheduleConfig { RescaleBetasZeroSnr = true }, type);
        float[] output = [100, -3], noised = [0.5f, 0.25f];

        process.ToEpsilon(process.Timesteps - 1, output, noised, latent: [7, 7]);

        Assert.Equal(noised, output);
        Assert.Equal(0, process[process.Timesteps - 1].OutputFactor);
    }

    [Fact]
    public void A_timestep_without_noise_is_refused_where_the_clean_sample_is_predicted()
    {
        var config = new NoiseScheduleConfig { TrainTimesteps = 2, TrainedBetas = [0, 0.5] };

        var exception = Assert.Throws<InvalidDataException>(() => VariancePreserving.Create(config, PredictionType.Sample));

        Assert.StartsWith("At timestep 0 the output says nothing of the noise", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((PredictionType)99)]
    [InlineData(PredictionType.Velocity)]
    public void A_kind_of_prediction_that_is_none_of_it_is_refused(PredictionType type)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => VariancePreserving.Create(new NoiseScheduleConfig(), type));
    }

    [Fact]
    public void A_noised_sample_is_the_weighted_sum_of_latent_and_noise()
    {
        ForwardProcess process = VariancePreserving.Create(new NoiseScheduleConfig(), PredictionType.Epsilon);
        var random = new Random(2);
        foreach (int length in (int[])[1, 7, 8, 64, 1000])
        {
            float[] latent = RandomArrays.Normal(random, length), noise = RandomArrays.Normal(random, length), noised = new float[length];
            int timestep = random.Next(process.Timesteps);

            process.AddNoise(latent, noise, timestep, noised);

            double alpha = process.Schedule!.AlphasCumprod[timestep];
            for (int i = 0; i < length; i++)
                Assert.Equal(Math.Sqrt(alpha) * latent[i] + Math.Sqrt(1 - alpha) * noise[i], noised[i], 1e-6);
        }
    }

    private static double Perfect(PredictionType type, double clean, double noise, double signal, double rate) => type switch
    {
        PredictionType.Epsilon => noise,
        PredictionType.VPrediction => signal * noise - rate * clean,
        _ => clean,
    };
}
