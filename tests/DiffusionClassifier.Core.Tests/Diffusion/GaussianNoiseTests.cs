using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class GaussianNoiseTests
{
    [Fact]
    public void Many_draws_have_the_moments_of_the_normal_distribution()
    {
        const int Draws = 256, Length = 4096;
        double sum = 0, squares = 0, cubes = 0, fourths = 0;
        int beyondThree = 0;
        for (int index = 0; index < Draws; index++)
        {
            foreach (double value in Draw(seed: 7, index, Length))
            {
                sum += value;
                squares += value * value;
                cubes += value * value * value;
                fourths += value * value * value * value;
                beyondThree += Math.Abs(value) > 3 ? 1 : 0;
            }
        }

        // Five standard errors of each moment's estimate.
        const double Count = Draws * Length;
        Assert.Equal(0, sum / Count, 5 / Math.Sqrt(Count));
        Assert.Equal(1, squares / Count, 5 * Math.Sqrt(2 / Count));
        Assert.Equal(0, cubes / Count, 5 * Math.Sqrt(15 / Count));
        Assert.Equal(3, fourths / Count, 5 * Math.Sqrt(96 / Count));
        Assert.Equal(0.0026998, beyondThree / Count, 5 * Math.Sqrt(0.0027 / Count));
    }

    [Fact]
    public void Neighbouring_values_draws_and_seeds_are_uncorrelated()
    {
        const int Length = 1 << 16;
        float[] draw = Draw(seed: 3, index: 0, Length);

        double bound = 5 / Math.Sqrt(Length);
        Assert.Equal(0, Correlation(draw[1..], draw[..^1]), bound);
        Assert.Equal(0, Correlation(draw[2..], draw[..^2]), bound);
        Assert.Equal(0, Correlation(draw, Draw(seed: 3, index: 1, Length)), bound);
        Assert.Equal(0, Correlation(draw, Draw(seed: 4, index: 0, Length)), bound);
        Assert.Equal(0, Correlation(draw, Draw(seed: 3UL << 32, index: 0, Length)), bound);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(1023)]
    public void A_shorter_draw_is_the_beginning_of_the_longer_one(int length)
    {
        float[] whole = Draw(seed: 11, index: 5, 1024);

        float[] prefix = Draw(seed: 11, index: 5, length);

        Assert.Equal(whole[..length], prefix);
    }

    [Fact]
    public void Draws_are_the_same_in_any_order_on_any_thread()
    {
        var noise = new GaussianNoise(99);
        float[][] forward = [.. Enumerable.Range(0, 64).Select(index => Draw(99, index, 100))];
        var backward = new float[64][];

        Parallel.For(0, 64, i =>
        {
            int index = 63 - i;
            backward[index] = new float[100];
            noise.Fill(index, backward[index]);
        });

        Assert.Equal(forward, backward);
    }

    [Fact]
    public void Other_indices_or_seeds_give_other_draws()
    {
        ulong[] seeds = [0, 1, 2, 1UL << 32, (1UL << 53) - 1];
        string[] draws = [.. from seed in seeds from index in (int[])[0, 1, 2, 1 << 20, int.MaxValue] select string.Join(' ', Draw(seed, index, 4))];

        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void A_known_seed_and_index_give_the_values_of_every_release()
    {
        float[] first = Draw(seed: 0, index: 0, 5), other = Draw(seed: 42, index: 17, 3);

        Assert.Equal([0.99113768f, -0.92466259f, -0.61760896f, -0.48206860f, -0.15363823f], first, Close);
        Assert.Equal([1.44153273f, 0.68810529f, -0.78857541f], other, Close);
    }

    [Fact]
    public void A_negative_index_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Draw(seed: 1, index: -1, 4));
    }

    private static float[] Draw(ulong seed, int index, int length)
    {
        var values = new float[length];
        new GaussianNoise(seed).Fill(index, values);
        return values;
    }

    private static double Correlation(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Average();

    private static bool Close(float a, float b) => Math.Abs(a - b) < 1e-6f;
}
