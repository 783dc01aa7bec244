using System.Globalization;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Scoring.Calibration;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Calibrate;

/// <summary>A calibration for people.</summary>
internal static class CalibrationTable
{
    private static readonly Style Plain = Style.Plain, Strong = new(decoration: Decoration.Bold);

    public static void Write(IAnsiConsole console, string model, CalibrationRecord record)
    {
        CalibrationReport report = record.Report;
        console.WriteLine(Format($"{model} · {Words.Of(record.Loss)} · {report.Images} pictures, {report.Trials} trials, {record.Folds} folds · {record.Data}"), Strong);
        Table table = Tables.Create("weighting", "measured on", ">pictures", ">β", ">± std. error", ">NLL before", ">NLL", ">ECE before", ">ECE", ">accuracy before", ">accuracy");
        AddRows(table, "uniform", report.Uniform, report);
        if (report.Weighted is { } weighted)
            AddRows(table, "fitted", weighted, report);
        console.Write(table);
        console.WriteLine(Format($"before: uniform weights, β = {report.BetaBefore:G6}; held out: each picture by what was fitted without its fold"));
        if (report.Weighted is { Fitted.Weights: var weights })
        {
            console.WriteLine(string.Join(", ", weights.Timesteps.Zip(weights.Weights, (timestep, weight) => Format($"{weight:F2} at {timestep}"))).Insert(0, "weights: "));
            console.WriteLine(report.WeightsHelp ? "The weights help: their NLL is lower." : "The weights do not help: their NLL is not lower. They are not written.");
        }
    }

    private static void AddRows(Table table, string weighting, WeightingCalibration calibration, CalibrationReport report)
    {
        foreach ((int index, FoldResult fold) in calibration.Folds.Index())
            AddRow(table, Plain, weighting, Format($"fold {index + 1}"), fold.Images, fold.Beta, null, fold.Before, fold.After);
        FittedBeta fitted = calibration.Fitted.Beta;
        AddRow(table, Strong, weighting, "all, held out", report.Images, fitted.Beta, fitted.StandardError, report.Before, calibration.CrossValidated);
    }

    private static void AddRow(Table table, Style style, string weighting, string measured, int pictures, double beta, double? standardError, PosteriorQuality before, PosteriorQuality after)
    {
        string[] cells =
        [
            weighting, measured, Format($"{pictures}"), Format($"{beta:G5}"), standardError is { } error ? Format($"{error:G3}") : "",
            Format($"{before.NegativeLogLikelihood:F4}"), Format($"{after.NegativeLogLikelihood:F4}"),
            Format($"{before.CalibrationError:F4}"), Format($"{after.CalibrationError:F4}"),
            Format($"{before.Accuracy:P1}"), Format($"{after.Accuracy:P1}"),
        ];
        table.AddRow(cells.Select(cell => new Text(cell, style)));
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
