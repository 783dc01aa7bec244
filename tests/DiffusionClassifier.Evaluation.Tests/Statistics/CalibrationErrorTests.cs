using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Tests.Statistics;

public class CalibrationErrorTests
{
    [Fact]
    public void A_confidence_that_equals_the_accuracy_in_each_bin_has_no_error()
    {
        double[] confidences = [0.75, 0.75, 0.75, 0.75, 0.25, 0.25, 0.25, 0.25];
        bool[] correct = [true, true, true, false, true, false, false, false];

        Assert.Equal(0, CalibrationError.Expected(confidences, correct, bins: 2), 15);
    }

    [Fact]
    public void Each_bin_weighs_as_much_as_it_has_images()
    {
        // (0.5, 1]: 3 images, mean confidence 0.8, accuracy 1/3; [0, 0.5]: 1 image, confidence 0.4, right.
        double expected = 3 / 4.0 * Math.Abs(1 / 3.0 - 0.8) + 1 / 4.0 * Math.Abs(1 - 0.4);

        Assert.Equal(expected, CalibrationError.Expected([0.7, 0.8, 0.9, 0.4], [true, false, false, true], bins: 2), 15);
    }

    [Theory]
    [InlineData(0.5, 0.1)] // the lower bin, where the other's doubt makes up for it: |(0.5 − 0) + (0.3 − 1)|/2
    [InlineData(0.51, 0.605)] // the upper bin: (|0.51 − 0| + |0.3 − 1|)/2
    public void A_confidence_on_an_edge_belongs_to_the_lower_bin(double confidence, double expected)
    {
        Assert.Equal(expected, CalibrationError.Expected([confidence, 0.3], [false, true], bins: 2), 12);
    }

    [Fact]
    public void Always_sure_and_always_wrong_is_an_error_of_one()
    {
        Assert.Equal(1, CalibrationError.Expected([1, 1], [false, false]));
    }

    [Fact]
    public void A_confidence_of_zero_belongs_to_the_first_bin()
    {
        Assert.Equal(1, CalibrationError.Expected([0], [true]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.01)]
    [InlineData(-0.01)]
    public void A_confidence_that_is_not_a_probability_is_refused(double confidence)
    {
        Assert.Throws<ArgumentException>(() => CalibrationError.Expected([confidence], [true]));
    }

    [Fact]
    public void No_images_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CalibrationError.Expected([], []));
    }

    [Fact]
    public void A_perfect_classifier_shows_no_more_error_than_chance_allows()
    {
        const int Images = 100, Repeats = 200;
        var random = new Random(1);
        double shown = 0;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            double[] confidences = [.. Enumerable.Range(0, Images).Select(_ => random.NextDouble())];
            shown += CalibrationError.Expected(
                confidences, [.. confidences.Select(confidence => random.NextDouble() < confidence)]) / Repeats;
        }

        Assert.InRange(shown, CalibrationError.ByChance(Images) / 2, CalibrationError.ByChance(Images));
    }
}
