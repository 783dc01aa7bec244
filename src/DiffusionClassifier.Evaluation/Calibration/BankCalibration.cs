using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>From the errors of labeled images to posteriors that can be trusted.</summary>
/// <param name="time">Gives the date.</param>
public sealed class BankCalibration(TimeProvider time)
{
    /// <summary>The fewest folds of a cross-validation: with two, each half is measured with the other.</summary>
    public const int FewestFolds = 2;

    /// <summary>Fits the posterior of a model.</summary>
    /// <param name="bank">Errors that the model made.</param>
    /// <param name="manifest">The model.</param>
    /// <param name="options">How.</param>
    /// <exception cref="EvaluationException">The loss differs from the bank's.</exception>
    /// <exception cref="CalibrationException">Nothing can be fitted to these errors.</exception>
    public CalibrationRecord Run(ErrorBank bank, ModelManifest manifest, CalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        PredictionLoss loss = Loss(options.Loss, bank, manifest);
        CalibrationReport report = Calibrator.Run(
            KnotErrors.Create(bank), bank.Trials, manifest.Latent.Length, options.Weights, options.Folds, options.Seed);
        var date = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return new CalibrationRecord(loss, date, options.Data, options.Folds, options.Seed, report, UsualErrorsFit.Of(bank))
        {
            Draws = options.Draws ? DrawSelection.Run(bank, options.Folds, options.Seed) : null,
        };
    }

    private static PredictionLoss Loss(PredictionLoss? named, ErrorBank bank, ModelManifest manifest) => (named, bank.Settings?.Loss) switch
    {
        ({ } wanted, { } made) when wanted != made => throw new EvaluationException(
            $"--loss is {EnumWords.Of(wanted)}, and the bank holds errors of the loss {EnumWords.Of(made)}: leave --loss out."),
        var (wanted, made) => wanted ?? made ?? manifest.DefaultLoss,
    };
}
