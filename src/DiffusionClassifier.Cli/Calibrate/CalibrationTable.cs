using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Formats;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Calibrate;

/// <summary>A calibration in human-readable form.</summary>
internal static class CalibrationTable
{
    private static readonly Style Plain = Style.Plain, Strong = new(decoration: Decoration.Bold);

    public static void Write(IAnsiConsole console, string model, CalibrationRecord record)
    {
        CalibrationReport report = record.Report;
        string size = $"{report.Images:N0} images, {report.Trials:N0} trials, {record.Folds} folds";
        console.WriteLine($"{model} · {EnumWords.Of(record.Loss)} · {size} · {record.Data}", Strong);
        Table table = Tables.Create(
            "weighting", "measured on", ">images", ">β", ">± std. error",
            ">NLL before", ">NLL", ">ECE before", ">ECE", ">accuracy before", ">accuracy");
        AddRows(table, "uniform", report.Uniform, report);
        if (report.Weighted is { } weighted)
            AddRows(table, "fitted", weighted, report);
        console.Write(table);
        string before = Figures.Text($"before: uniform weights, β = {report.BetaBefore:G6}");
        console.WriteLine($"{before}; held out: each image with what was fitted without its fold");
        if (report.Weighted is { Fitted.Weights: var weights })
        {
            IEnumerable<string> places =
                weights.Timesteps.Zip(weights.Weights, (timestep, weight) => Figures.Text($"{weight:F2} at {timestep}"));
            console.WriteLine($"weights: {string.Join(", ", places)}");
            console.WriteLine(
                report.WeightsHelp
                    ? "The weights help: their NLL is lower."
                    : "The weights do not help: their NLL is not lower. They are not written.");
        }

        if (record.Draws is { } draws)
            WriteDraws(console, draws);
    }

    private static void WriteDraws(IAnsiConsole console, DrawCalibration draws)
    {
        Table table = Tables.Create("draws", ">NLL even", ">NLL chosen", ">ECE even", ">ECE chosen", ">accuracy even", ">accuracy chosen");
        foreach (DrawComparison step in draws.Steps)
        {
            string[] cells =
            [
                Figures.Text($"{step.Draws}"),
                Figures.Text($"{step.Even.NegativeLogLikelihood:F4}"), Figures.Text($"{step.Chosen.NegativeLogLikelihood:F4}"),
                Figures.Text($"{step.Even.CalibrationError:F4}"), Figures.Text($"{step.Chosen.CalibrationError:F4}"),
                Figures.Percent(step.Even.Accuracy), Figures.Percent(step.Chosen.Accuracy),
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        console.Write(table);
        console.WriteLine($"chosen timesteps: {string.Join(", ", draws.Chosen.Trials.Select(trial => trial.Timestep))}");
        console.WriteLine(
            draws.Helps
                ? "The chosen draws help: their NLL is lower."
                : "The chosen draws do not help: their NLL is not lower. They are not written.");
    }

    private static void AddRows(Table table, string weighting, WeightingCalibration calibration, CalibrationReport report)
    {
        foreach ((int index, FoldResult fold) in calibration.Folds.Index())
            AddRow(table, Plain, weighting, Figures.Text($"fold {index + 1}"), fold.Images, fold.Beta, null, fold.Before, fold.After);
        FittedBeta fitted = calibration.Fitted.Beta;
        AddRow(
            table,
            Strong,
            weighting,
            "all, held out",
            report.Images,
            fitted.Beta,
            fitted.StandardError,
            report.Before,
            calibration.CrossValidated);
    }

    private static void AddRow(
        Table table,
        Style style,
        string weighting,
        string measured,
        int pictures,
        double beta,
        double? error,
        PosteriorQuality before,
        PosteriorQuality after)
    {
        string[] cells =
        [
            weighting, measured, Figures.Text($"{pictures}"), Figures.Text($"{beta:G5}"), error is null ? "" : Figures.Text($"{error:G3}"),
            Figures.Text($"{before.NegativeLogLikelihood:F4}"), Figures.Text($"{after.NegativeLogLikelihood:F4}"),
            Figures.Text($"{before.CalibrationError:F4}"), Figures.Text($"{after.CalibrationError:F4}"),
            Figures.Percent(before.Accuracy), Figures.Percent(after.Accuracy),
        ];
        table.AddRow(cells.Select(cell => new Text(cell, style)));
    }
}
