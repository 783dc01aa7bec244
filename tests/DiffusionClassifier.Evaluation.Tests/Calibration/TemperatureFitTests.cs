using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public class TemperatureFitTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(40)]
    [InlineData(5000)]
    public void Labels_drawn_from_a_softmax_give_its_beta_within_the_standard_error(double beta)
    {
        double[] deviations =
        [
            .. Enumerable.Range(0, 40)
                .Select(seed => Deviation(TemperatureFit.Fit(SimulatedErrors.WithBeta(beta, images: 400, seed)), beta)),
        ];

        // 40 standard normal numbers: their mean is within 3/√40 of 0, their standard deviation within a third of 1, but for a case in a
        // thousand.
        double spread = Math.Sqrt(deviations.Average(z => z * z));
        Assert.InRange(Math.Abs(deviations.Average()), 0, 0.48);
        Assert.InRange(spread, 0.67, 1.33);
    }

    [Fact]
    public void The_fitted_beta_is_the_minimum_of_the_negative_log_likelihood()
    {
        LabelledErrors data = SimulatedErrors.WithBeta(30, images: 100, seed: 3);

        double beta = TemperatureFit.Fit(data).Beta;

        double best = Loss(data, beta);
        Assert.All((double[])[0.5, 0.9, 0.999, 1.001, 1.1, 2], factor => Assert.True(Loss(data, factor * beta) > best, $"factor {factor}"));
    }

    [Fact]
    public void The_loss_is_convex_in_beta()
    {
        LabelledErrors data = SimulatedErrors.WithBeta(30, images: 100, seed: 4);

        double[] losses = [.. Enumerable.Range(0, 200).Select(i => Loss(data, i))];

        Assert.All(Enumerable.Range(1, losses.Length - 2), i => Assert.True(losses[i - 1] + losses[i + 1] - 2 * losses[i] >= -1e-12));
    }

    [Fact]
    public void Two_classes_with_one_gap_give_the_logarithm_of_the_odds()
    {
        // Three of four images right, the classes 0.1 apart: p = ¾ where β·0.1 = log 3.
        LabelledErrors data = new([[1, 1.1], [1, 1.1], [1.1, 1], [1, 1.1]], [0, 0, 1, 1]);

        Assert.Equal(10 * Math.Log(3), TemperatureFit.Fit(data).Beta, 9);
    }

    [Fact]
    public void Scaled_errors_scale_beta_the_other_way()
    {
        LabelledErrors data = SimulatedErrors.WithBeta(30, images: 100, seed: 5);
        var scaled = new LabelledErrors(
            Enumerable.Range(0, data.Count).Select(image => data.Errors(image).ToArray().Select(error => 1e-6 * error).ToArray()),
            Enumerable.Range(0, data.Count).Select(data.Label));

        FittedBeta one = TemperatureFit.Fit(data), other = TemperatureFit.Fit(scaled);

        Assert.Equal(1, other.Beta / one.Beta * 1e-6, 6);
        Assert.Equal(1, other.StandardError / one.StandardError * 1e-6, 6);
    }

    [Fact]
    public void Where_all_images_are_right_no_beta_is_best()
    {
        LabelledErrors data = new([[1, 2], [2, 1]], [0, 1]);

        var exception = Assert.Throws<CalibrationException>(() => TemperatureFit.Fit(data));

        Assert.Contains("All 2 images are classified correctly", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0)] // the other class each time
    [InlineData(0, 0)] // once the true one, once the other
    public void Errors_that_do_not_prefer_the_truth_are_refused(int first, int second)
    {
        LabelledErrors data = new([[1, 2], [2, 1]], [first, second]);

        var exception = Assert.Throws<CalibrationException>(() => TemperatureFit.Fit(data));

        Assert.Contains("do not prefer the true labels", exception.Message, StringComparison.Ordinal);
    }

    private static double Deviation(FittedBeta fitted, double beta) => (fitted.Beta - beta) / fitted.StandardError;

    private static double Loss(LabelledErrors data, double beta) => MeasuredQuality.Of(data, beta).NegativeLogLikelihood;
}
