using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

/// <summary>Processes without a table of betas: flows, and EDM.</summary>
public sealed class OtherProcessTests
{
    private const int Length = 64;

    private readonly Random _random = new(4);

    [Fact]
    public void The_error_of_a_flow_is_that_of_its_velocity()
    {
        ForwardProcess process = LinearFlow.TowardsData();
        (float[] latent, float[] noise, float[] noised, float[] velocity) = (Normal(), Normal(), new float[Length], Normal());
        foreach (int timestep in (int[])[0, 400, process.Timesteps - 1])
        {
            process.AddNoise(latent, noise, timestep, noised);
            float[] output = [.. velocity];

            process.ToEpsilon(timestep, output, noised, latent);

            double expected = Enumerable.Range(0, Length).Average(i => Math.Pow(velocity[i] - (latent[i] - noise[i]), 2));
            Assert.Equal(expected, PredictionError.Compute(PredictionLoss.L2, noise, output), 1e-5 * expected);
        }
    }

    [Fact]
    public void A_flow_towards_data_is_told_the_share_of_the_image()
    {
        ForwardProcess process = LinearFlow.TowardsData();

        ProcessStep least = process[0], most = process[process.Timesteps - 1];

        Assert.Equal([0.9995, 0.0005, 0.9995], [least.SignalRate, least.NoiseRate, least.ModelTimestep], Close);
        Assert.Equal([0.0005, 0.9995, 0.0005], [most.SignalRate, most.NoiseRate, most.ModelTimestep], Close);
        Assert.False(process.HasWholeTimesteps);
    }

    // Karras et al. 2022, eq. 7 and table 1, step by step.
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    public void The_noise_that_EDM_implies_is_what_its_denoised_image_leaves(double deviation)
    {
        double[] sigmas = [0.002, 0.3, 1, 80];
        ForwardProcess process = Elucidated.Create(deviation, sigmas, flipsOutput: false);
        (float[] image, float[] noise, float[] seen, float[] raw) = (Normal(), Normal(), new float[Length], Normal());
        foreach ((int timestep, double sigma) in sigmas.Index())
        {
            double sum = sigma * sigma + deviation * deviation, skip = deviation * deviation / sum, scale = 1 / Math.Sqrt(sum), factor = sigma * deviation / Math.Sqrt(sum);
            process.AddNoise(image, noise, timestep, seen);
            float[] output = [.. raw];

            process.ToEpsilon(timestep, output, seen, image);

            Assert.Equal(Math.Log(sigma) / 4, process[timestep].ModelTimestep, 1e-12);
            for (int i = 0; i < Length; i++)
            {
                double x = image[i] + sigma * noise[i], denoised = skip * x + factor * raw[i];
                Assert.Equal(scale * x, seen[i], 1e-5);
                Assert.Equal((x - denoised) / sigma, output[i], 1e-4);
            }
        }
    }

    [Fact]
    public void The_levels_of_EDM_are_those_of_its_training()
    {
        ForwardProcess process = Elucidated.Create(0.5, levels: 1_001, flipsOutput: false);

        double median = Math.Exp(4 * process[500].ModelTimestep), upper = Math.Exp(4 * process[841].ModelTimestep); // the 84.1th percent: one deviation above

        Assert.Equal(Math.Exp(-1.2), median, 1e-9);
        Assert.Equal(1, upper, 0.01);
        Assert.Equal(process.Timesteps, Enumerable.Range(0, process.Timesteps).Select(timestep => process[timestep].ModelTimestep).Order().Distinct().Count());
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963985)]
    [InlineData(0.025, -1.959963985)]
    [InlineData(0.0001, -3.719016485)]
    [InlineData(1e-12, -7.034483825)]
    public void Quantiles_of_the_normal_distribution_have_nine_digits(double probability, double expected) =>
        Assert.Equal(expected, NormalQuantile.Lower(probability), 1e-8);

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;

    private float[] Normal() => RandomArrays.Normal(_random, Length);
}
