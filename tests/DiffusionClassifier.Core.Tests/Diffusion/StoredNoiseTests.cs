using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class StoredNoiseTests
{
    private static readonly float[] Bank = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Each_index_gives_its_row()
    {
        var noise = new StoredNoise(Bank, 2);
        var draw = new float[2];

        noise.Fill(1, draw);

        Assert.Equal([3, 4], draw);
        Assert.Equal(3, noise.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void An_index_outside_the_bank_is_refused(int index)
    {
        var noise = new StoredNoise(Bank, 2);

        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => noise.Fill(index, new float[2]));

        Assert.Contains("3 draws", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_of_another_length_is_refused()
    {
        var noise = new StoredNoise(Bank, 2);

        Assert.Throws<ArgumentException>(() => noise.Fill(0, new float[3]));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_length_that_does_not_divide_the_bank_is_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => new StoredNoise(Bank, length));
    }
}
