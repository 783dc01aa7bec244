using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class PredictionTests
{
    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.VPrediction)]
    [InlineData(PredictionType.Sample)]
    public void A_perfect_output_of_any_kind_gives_the_noise_back(PredictionType type)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(new NoiseScheduleConfig());
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            int length = random.Next(1, 300), timestep = random.Next(50, schedule.Timesteps);
            float[] clean = RandomArrays.Normal(random, length), noise = RandomArrays.Normal(random, length), noised = new float[length];
            schedule.AddNoise(clean, noise, timestep, noised);
            double signal = schedule.SignalRate(timestep), rate = schedule.NoiseRate(timestep);
            float[] output = [.. Enumerable.Range(0, length).Select(k => (float)Perfect(type, clean[k], noise[k], signal, rate))];

            Prediction.ToEpsilon(type, output, noised, signal, rate);

            for (int k = 0; k < length; k++)
                Assert.Equal(noise[k], output[k], 1e-5);
        }
    }

    [Fact]
    public void A_v_prediction_without_signal_gives_the_noised_sample()
    {
        float[] output = [100, -3], noised = [0.5f, 0.25f];

        Prediction.ToEpsilon(PredictionType.VPrediction, output, noised, signalRate: 0, noiseRate: 1);

        Assert.Equal(noised, output);
    }

    [Fact]
    public void An_unknown_kind_of_prediction_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Prediction.ToEpsilon((PredictionType)99, new float[1], new float[1], 1, 1));
    }

    private static double Perfect(PredictionType type, double clean, double noise, double signal, double rate) => type switch
    {
        PredictionType.Epsilon => noise,
        PredictionType.VPrediction => signal * noise - rate * clean,
        _ => clean,
    };
}
