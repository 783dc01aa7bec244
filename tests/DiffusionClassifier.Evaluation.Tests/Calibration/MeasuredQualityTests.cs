using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public class MeasuredQualityTests
{
    [Fact]
    public void The_quality_of_two_images_is_as_computed_by_hand()
    {
        // Posteriors (2/3, 1/3) and (1/3, 2/3), both with the true class 0: −log p is log 3/2 and log 3.
        LabelledErrors data = new([[1, 2], [2, 1]], [0, 0]);

        PosteriorQuality quality = MeasuredQuality.Of(data, beta: Math.Log(2));

        Assert.Equal((Math.Log(1.5) + Math.Log(3)) / 2, quality.NegativeLogLikelihood, 12);
        Assert.Equal(2 / 3.0 - 0.5, quality.CalibrationError, 12);
        Assert.Equal(0.5, quality.Accuracy);
    }

    [Fact]
    public void A_posterior_too_small_for_a_number_has_a_finite_loss()
    {
        LabelledErrors data = new([[0, 1]], [1]);

        Assert.Equal(1e6, MeasuredQuality.Of(data, beta: 1e6).NegativeLogLikelihood, 6);
    }

    [Fact]
    public void Labelled_errors_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new LabelledErrors([[1, 2]], [2]));
        Assert.Throws<ArgumentException>(() => new LabelledErrors([[1, 2], [1]], [0, 0]));
        Assert.Throws<ArgumentException>(() => new LabelledErrors([[1, double.NaN]], [0]));
        Assert.Throws<ArgumentException>(() => new LabelledErrors([[1, 2]], [0, 1]));
    }
}
