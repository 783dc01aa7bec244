using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public class CalibratorTests
{
    private static readonly ErrorBank Bank = SimulatedErrors.Bank(images: 200, trials: 20, noiseFrom: 100, noise: 1, seed: 1);

    [Fact]
    public void Each_fold_is_measured_by_what_was_fitted_without_it()
    {
        KnotErrors data = KnotErrors.Create(Bank);

        CalibrationReport report = Calibrator.Run(data, Bank.Trials, betaBefore: 48, weights: false, folds: 4, seed: 3);

        int[] fold = CrossValidation.Folds(Bank.Images, 4, seed: 3)[2];
        double beta = TemperatureFit.Fit(data.Select(CrossValidation.Rest(Bank.Images, fold)).Weighted()).Beta;
        LabelledErrors held = data.Select(fold).Weighted();
        Assert.Equal(
            new FoldResult(fold.Length, beta, MeasuredQuality.Of(held, 48), MeasuredQuality.Of(held, beta)), report.Uniform.Folds[2]);
        Assert.Null(report.Weighted);
    }

    [Fact]
    public void The_overall_quality_is_the_mean_over_the_folds()
    {
        CalibrationReport report = Calibrator.Run(KnotErrors.Create(Bank), Bank.Trials, betaBefore: 48, weights: false, folds: 4, seed: 0);

        Assert.Equal(
            report.Uniform.Folds.Average(fold => fold.After.NegativeLogLikelihood),
            report.Uniform.CrossValidated.NegativeLogLikelihood,
            12);
        Assert.Equal(report.Uniform.Folds.Average(fold => fold.Before.NegativeLogLikelihood), report.Before.NegativeLogLikelihood, 12);
        Assert.Equal(report.Before.Accuracy, report.Uniform.CrossValidated.Accuracy); // β changes no winner
        Assert.Equal((200, 20, 48), (report.Images, report.Trials, report.BetaBefore));
    }

    [Fact]
    public void Weights_help_where_timesteps_differ()
    {
        Assert.True(Calibrator.Run(KnotErrors.Create(Bank), Bank.Trials, betaBefore: 48, weights: true, folds: 4, seed: 0).WeightsHelp);
    }

    [Fact]
    public void Posteriors_far_too_sure_are_calibrated()
    {
        CalibrationReport report = Calibrator.Run(
            KnotErrors.Create(SimulatedErrors.Bank(images: 1000, trials: 20, noiseFrom: 100, noise: 1, seed: 2)),
            20,
            betaBefore: 1000,
            weights: false,
            folds: 5,
            seed: 0);

        Assert.InRange(report.Before.CalibrationError, 0.2, 1);
        Assert.InRange(report.Uniform.CrossValidated.CalibrationError, 0, 0.1);
    }
}
