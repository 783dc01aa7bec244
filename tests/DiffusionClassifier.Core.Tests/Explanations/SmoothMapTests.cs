using DiffusionClassifier.Core.Explanations;

namespace DiffusionClassifier.Core.Tests.Explanations;

public sealed class SmoothMapTests
{
    [Fact]
    public void A_single_value_is_shared_with_its_neighbors_and_none_is_lost()
    {
        float[] map = new float[32 * 32];
        map[16 * 32 + 16] = 1;

        float[] smooth = SmoothMap.Of(map, 32, 32);

        // The Gaussian of two places: 1/(2πσ²) in the middle, e^(−1/8) of that beside it.
        Assert.Equal(1 / (8 * Math.PI), smooth[16 * 32 + 16], 1e-3);
        Assert.Equal(Math.Exp(-1.0 / 8), smooth[16 * 32 + 17] / smooth[16 * 32 + 16], 1e-4);
        Assert.Equal(1, smooth.Sum(), 1e-4);
    }

    [Fact]
    public void What_is_even_stays_even_to_the_edge() =>
        Assert.All(GaussianBlur.Of([.. Enumerable.Repeat(0.3f, 15)], 5, 3, 2), value => Assert.Equal(0.3f, value, 5));
}
