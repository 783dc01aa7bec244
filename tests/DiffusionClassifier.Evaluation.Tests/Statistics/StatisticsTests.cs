using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void A_share_has_the_standard_error_of_a_binomial()
    {
        var share = new Proportion(30, 40);

        Assert.Equal(0.75, share.Value);
        Assert.Equal(0.06846532, share.StandardError, 8); // √(0.75 · 0.25 / 40)
        Assert.Equal((0, 0), (new Proportion(0, 0).Value, new Proportion(0, 0).StandardError));
    }

    [Theory]
    [InlineData(4, 4, 0.5101, 1)] // 4 of 4 is not 100 ± 0%
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(81, 263, 0.2553, 0.3662)] // Newcombe, Statistics in Medicine 17 (1998), table I
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 0, 0, 1)]
    public void A_share_has_an_interval_by_Wilson(int hits, int count, double low, double high)
    {
        Interval interval = new Proportion(hits, count).Interval;

        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void Confusion_counts_each_class_for_itself()
    {
        // Class 0: 3 of 4 right; class 1: 1 of 2; class 2: no image.
        var confusion = new ConfusionMatrix(3, [Said(0, 0), Said(0, 0), Said(0, 0), Said(0, 2), Said(1, 1), Said(1, 2)]);

        Assert.Equal([[3, 0, 1], [0, 1, 1], [0, 0, 0]], confusion.Counts);
        Assert.Equal([0.75, 0.5, 0], confusion.PerClass.Select(share => share.Value));
        Assert.Equal(0.625, confusion.MeanPerClass);
        Assert.Equal([(0, 2, 1), (1, 2, 1)], confusion.Mistakes);
    }

    [Fact]
    public void The_calibration_error_is_the_mean_gap_weighed_by_how_many_are_in_a_bin()
    {
        // The bounds of the last bins are 13/15 = 0.867, 14/15 = 0.933 and 1.
        var reliability = new Reliability([Said(0, 0, 0.92), Said(0, 1, 0.94), Said(0, 0, 0.94), Said(0, 1, 0.30)]);

        // |1 − 0.92|·1/4 + |1/2 − 0.94|·2/4 + |0 − 0.30|·1/4
        Assert.Equal(0.08 / 4 + 0.44 * 2 / 4 + 0.30 / 4, reliability.ExpectedCalibrationError, 12);
        Assert.Equal(15, reliability.All.Count);
        Assert.Equal([1, 1, 2], reliability.All.Where(bin => bin.Count > 0).Select(bin => bin.Count));
    }

    [Fact]
    public void Rejecting_the_least_sure_answers_trades_coverage_for_accuracy()
    {
        IReadOnlyList<CoveragePoint> points = SelectiveAccuracy.Of(
            [(0.55, false, null), (0.75, true, 0.5), (0.85, false, 0.995), (0.97, true, null)]); // the third is unlike what the model knows

        Assert.Equal(
            [(0, 1, 0.5), (0.1, 0.75, 2.0 / 3), (0.6, 0.5, 1), (0.8, 0.25, 1)],
            points.Select(point => (point.RejectBelow, point.Coverage, point.Accuracy)));
        Assert.Equal(new Proportion(2, 2).Interval, points[2].Interval);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1.0 / 15, 0)] // an upper bound is part of its bin
    [InlineData(0.0667, 1)]
    [InlineData(1, 14)]
    public void A_confidence_lies_in_the_bin_that_it_closes(double confidence, int bin) =>
        Assert.Equal(1, new Reliability([Said(0, 0, confidence)]).All[bin].Count);

    private static LabelledPrediction Said(int truth, int predicted, double confidence = 1) =>
        new(truth, predicted, truth == predicted ? 1 : 2, confidence);
}
