using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Diffusion;

public class PredictionErrorTests
{
    [Theory]
    [InlineData(PredictionLoss.L2)]
    [InlineData(PredictionLoss.L1)]
    [InlineData(PredictionLoss.Huber)]
    public void An_error_of_any_length_is_the_mean_of_the_elementwise_loss(PredictionLoss loss)
    {
        var random = new Random(8);
        foreach (int length in (int[])[1, 2, 15, 16, 17, 511, 512, 513, 1024, 1537, 3072, 16384])
        {
            float[] noise = RandomArrays.Normal(random, length), predicted = RandomArrays.Normal(random, length);

            double error = PredictionError.Compute(loss, noise, predicted);

            double expected = Enumerable.Range(0, length).Average(i => Elementwise(loss, (double)noise[i] - predicted[i]));
            Assert.Equal(expected, error, 2e-6 * expected);
        }
    }

    [Theory]
    [InlineData(PredictionLoss.L2, 0.09 + 0.25 + 1 + 9)]
    [InlineData(PredictionLoss.L1, 0.3 + 0.5 + 1 + 3)]
    [InlineData(PredictionLoss.Huber, 0.045 + 0.125 + 0.5 + 2.5)]
    public void Four_differences_give_the_error_computed_by_hand(PredictionLoss loss, double sum)
    {
        double error = PredictionError.Compute(loss, [0.3f, -0.5f, 1, 0], [0, 0, 0, 3]);

        Assert.Equal(sum / 4, error, 1e-7);
    }

    public static TheoryData<PredictionLoss, float, int> Poisons =>
    [
        .. from loss in (PredictionLoss[])[PredictionLoss.L2, PredictionLoss.L1, PredictionLoss.Huber]
           from poison in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity]
           from position in (int[])[0, 511, 512, 1024]
           select (loss, poison, position)
    ];

    [Theory]
    [MemberData(nameof(Poisons))]
    public void A_number_that_is_not_finite_anywhere_makes_the_error_not_finite(PredictionLoss loss, float poison, int position)
    {
        var noise = new float[1025];
        var predicted = new float[1025];
        predicted[position] = poison;

        double error = PredictionError.Compute(loss, noise, predicted);

        Assert.False(double.IsFinite(error));
    }

    [Fact]
    public void A_prediction_that_is_the_noise_has_no_error()
    {
        float[] noise = RandomArrays.Normal(new Random(1), 700);

        Assert.Equal(0, PredictionError.Compute(PredictionLoss.L2, noise, noise));
    }

    [Fact]
    public void Arrays_of_different_or_no_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PredictionError.Compute(PredictionLoss.L2, new float[2], new float[3]));
        Assert.Throws<ArgumentException>(() => PredictionError.Compute(PredictionLoss.L2, [], []));
    }

    private static double Elementwise(PredictionLoss loss, double difference) => loss switch
    {
        PredictionLoss.L2 => difference * difference,
        PredictionLoss.L1 => Math.Abs(difference),
        _ => Math.Abs(difference) <= 1 ? difference * difference / 2 : Math.Abs(difference) - 0.5,
    };
}
