using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public class TimestepWeightFitTests
{
    private const int Trials = 40, NoiseFrom = 200; // t = 0, 10 … 390: the upper half tells nothing

    [Fact]
    public void Where_half_of_the_timesteps_are_noise_weights_beat_uniform_ones_on_images_not_seen()
    {
        KnotErrors train = KnotErrors.Create(SimulatedErrors.Bank(images: 300, Trials, NoiseFrom, noise: 1, seed: 1));
        KnotErrors test = KnotErrors.Create(SimulatedErrors.Bank(images: 2000, Trials, NoiseFrom, noise: 1, seed: 2));

        FittedTimestepWeights fitted = TimestepWeightFit.Fit(train, folds: 5, seed: 0);

        PosteriorQuality weighted = MeasuredQuality.Of(test.Weighted(fitted.Weights.Weights), fitted.Beta.Beta);
        PosteriorQuality uniform = MeasuredQuality.Of(test.Weighted(), TemperatureFit.Fit(train.Weighted()).Beta);
        Assert.InRange(weighted.NegativeLogLikelihood, 0, uniform.NegativeLogLikelihood - 0.1);
        Assert.InRange(weighted.Accuracy, uniform.Accuracy + 0.04, 1);
        Assert.All(
            fitted.Weights.Timesteps.Where(t => t > NoiseFrom + 50),
            t => Assert.InRange(fitted.Weights.At(t), 0, 0.5 * fitted.Weights.At(100)));
    }

    [Fact]
    public void No_weight_is_negative_and_their_mean_is_one()
    {
        ErrorBank bank = SimulatedErrors.Bank(images: 60, Trials, NoiseFrom, noise: 2, seed: 3);

        FittedTimestepWeights fitted = TimestepWeightFit.Fit(KnotErrors.Create(bank), smoothing: 1e-4);

        Assert.All(fitted.Weights.Weights, weight => Assert.True(weight >= 0));
        Assert.Contains(0.0, fitted.Weights.Weights); // unbounded they would be negative there: that is what the bound is for
        Assert.Equal(1, bank.Timesteps.Average(fitted.Weights.At), 12);
    }

    [Fact]
    public void Timesteps_that_are_all_alike_get_smooth_and_nearly_uniform_weights()
    {
        FittedTimestepWeights fitted = TimestepWeightFit.Fit(
            KnotErrors.Create(SimulatedErrors.Bank(images: 300, Trials, noiseFrom: 10 * Trials, noise: 0.5, seed: 4)), folds: 5, seed: 0);

        Assert.All(fitted.Weights.Weights, weight => Assert.InRange(weight, 0.8, 1.25));
    }

    [Fact]
    public void A_strong_pull_leaves_the_scale_of_the_errors()
    {
        // λ so large that importances are equal: what is left is one over how far the errors lie apart.
        KnotErrors data = KnotErrors.Create(SimulatedErrors.Bank(images: 200, Trials, NoiseFrom, noise: 1, seed: 5));
        IReadOnlyList<double> spreads = data.Spreads;

        FittedTimestepWeights fitted = TimestepWeightFit.Fit(data, smoothing: 1e6);

        double[] importances = [.. fitted.Weights.Weights.Zip(spreads, (weight, spread) => weight * spread)];
        Assert.All(importances, importance => Assert.Equal(1, importance / importances[0], 3));
    }

    [Fact]
    public void Freer_weights_fit_their_own_data_better()
    {
        KnotErrors data = KnotErrors.Create(SimulatedErrors.Bank(images: 100, Trials, NoiseFrom, noise: 1, seed: 6));

        double[] losses =
        [
            .. new[] { 100, 1, 0.1, 0.01, 0.001, 0.0001 }.Select(smoothing => TimestepWeightFit.Fit(data, smoothing))
                .Select(fitted => MeasuredQuality.Of(data.Weighted(fitted.Weights.Weights), fitted.Beta.Beta).NegativeLogLikelihood),
        ];

        Assert.Equal(losses.OrderDescending(), losses);
    }

    [Fact]
    public void With_equal_weights_errors_at_knots_are_the_banks_means()
    {
        ErrorBank bank = SimulatedErrors.Bank(images: 5, Trials, NoiseFrom, noise: 1, seed: 7);
        LabelledErrors means = KnotErrors.Create(bank).Weighted();

        for (int image = 0; image < bank.Images; image++)
            Assert.All(bank.MeanErrors(image).Zip(means.Errors(image).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 12));
    }

    [Fact]
    public void With_linear_weights_errors_at_knots_are_the_banks_weighted_means()
    {
        ErrorBank bank = SimulatedErrors.Bank(images: 2, Trials, NoiseFrom, noise: 1, seed: 8);
        KnotErrors data = KnotErrors.Create(bank);
        double[] weights = [.. data.Knots.Select(t => 2 + 0.01 * t)];

        double expected = Enumerable.Range(0, Trials).Average(s => (2 + 0.01 * bank.Timesteps[s]) * bank.Errors(1, s)[2]);

        Assert.Equal(expected, data.Weighted(weights).Errors(1)[2], 12);
        Assert.Equal(bank.Timesteps.Average(t => 2 + 0.01 * t), data.MeanWeight(weights), 12);
    }

    [Fact]
    public void A_single_timestep_has_the_weight_one()
    {
        var random = new Random(9);
        var bank = new ErrorBank(
            [.. Enumerable.Range(0, 200).Select(i => (float)(1 + SimulatedErrors.Normal(random) - (i % 2 == 0 ? 0.5 : 0)))],
            [500],
            new int[100]);

        FittedTimestepWeights fitted = TimestepWeightFit.Fit(KnotErrors.Create(bank), folds: 5, seed: 0);

        Assert.Equal([1], fitted.Weights.Weights);
    }
}
