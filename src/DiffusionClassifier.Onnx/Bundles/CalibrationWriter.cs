using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>Writes a calibration into a bundle's <c>classifier.json</c>, next to whatever else that holds. Stateless.</summary>
public static class CalibrationWriter
{
    private const string Digits = "G6"; // far below the standard error of any of these numbers
    private const string ShareDigits = "F4";

    /// <summary>
    /// Replaces the loss's earlier calibration, including weights: what was fitted to other data does not go with it.
    /// </summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="record">What to write; its weights only if they help.</param>
    /// <param name="replace">Replaces a file so that a service that starts meanwhile reads the old one or the new one.</param>
    /// <returns>The file.</returns>
    /// <exception cref="BundleException">
    /// The existing file cannot be read, or has comments or a repeated field, which would be lost.
    /// </exception>
    public static string Write(string folder, CalibrationRecord record, Action<string, byte[]> replace)
    {
        ArgumentNullException.ThrowIfNull(replace);
        ArgumentNullException.ThrowIfNull(record);
        string file = Path.Combine(folder, ClassifierFile.Name);
        JsonObject root = Read(file);
        string loss = EnumWords.Of(record.Loss);
        CalibrationReport report = record.Report;
        Child(root, CalibrationFields.Temperatures)[loss] = Number(1 / report.Uniform.Fitted.Beta.Beta);
        if (report.WeightsHelp)
            Child(root, CalibrationFields.TimestepWeights)[loss] = Weights(report.Weighted!.Fitted);
        else
            Remove(root, CalibrationFields.TimestepWeights, loss);
        if (record.Draws is { Helps: true } draws)
            Child(root, CalibrationFields.DrawsField)[loss] = Draws(draws);
        else
            Remove(root, CalibrationFields.DrawsField, loss);
        Child(root, CalibrationFields.UsualErrorsField)[loss] = Usual(record.Usual);
        Child(root, CalibrationFields.Calibration)[loss] = Record(record);

        replace(file, Encoding.UTF8.GetBytes(JsonLayout.Write(root)));
        return file;
    }

    private static JsonObject Read(string file)
    {
        if (JsonFile.TryRead(file) is not { } json)
            return [];
        CalibrationFields.Read(json); // which says what is wrong with the existing fields
        try
        {
            return JsonNode.Parse(File.ReadAllText(file),
                documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true, AllowDuplicateProperties = false })!.AsObject();
        }
        catch (JsonException exception)
        {
            throw new BundleException(file, "has comments or a repeated field, which would be lost: remove them first.", exception);
        }
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
            parent[name] = child = [];
        return child;
    }

    private static JsonObject Weights(FittedTimestepWeights fitted) => new()
    {
        [CalibrationFields.Temperature] = Number(1 / fitted.Beta.Beta),
        [CalibrationFields.Timesteps] = Integers(fitted.Weights.Timesteps),
        [CalibrationFields.Weights] = Numbers(fitted.Weights.Weights),
    };

    private static void Remove(JsonObject root, string field, string loss)
    {
        if (root[field] is JsonObject child && child.Remove(loss) && child.Count == 0)
            root.Remove(field);
    }

    private static JsonObject Draws(DrawCalibration draws) => new()
    {
        [CalibrationFields.Seed] = draws.Chosen.Seed,
        [CalibrationFields.Timesteps] = Integers(draws.Chosen.Trials.Select(trial => trial.Timestep)),
        [CalibrationFields.Noise] = Integers(draws.Chosen.Trials.Select(trial => trial.NoiseIndex)),
        [CalibrationFields.Temperatures] = Numbers(draws.Chosen.Betas.Select(beta => 1 / beta)),
    };

    private static JsonObject Usual(UsualErrors usual) => new()
    {
        [CalibrationFields.Timesteps] = Integers(usual.ByTimestep.Timesteps),
        [CalibrationFields.Errors] = Numbers(usual.ByTimestep.Weights),
        [CalibrationFields.Ratios] = Numbers(usual.Ratios),
    };

    private static JsonArray Integers(IEnumerable<int> values) => [.. values.Select(value => (JsonNode)value)];

    private static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(Number)];

    private static JsonObject Record(CalibrationRecord record)
    {
        CalibrationReport report = record.Report;
        var json = new JsonObject
        {
            ["date"] = record.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["data"] = record.Data,
            ["images"] = report.Images,
            [CalibrationFields.TrialCount] = report.Trials,
            ["folds"] = record.Folds,
            ["seed"] = record.Seed,
            ["before"] = Quality(report.BetaBefore, standardError: null, report.Before),
            ["uniform"] = Quality(report.Uniform),
        };
        if (report.WeightsHelp)
            json["fitted"] = Quality(report.Weighted!);
        if (record.Draws is { Helps: true } draws)
            json["draws"] = new JsonArray([.. draws.Steps.Select(Comparison)]);
        return json;
    }

    private static JsonObject Quality(WeightingCalibration calibration) =>
        Quality(calibration.Fitted.Beta.Beta, calibration.Fitted.Beta.StandardError, calibration.CrossValidated);

    private static JsonObject Quality(double beta, double? standardError, PosteriorQuality quality)
    {
        var json = new JsonObject { ["beta"] = Number(beta) };
        if (standardError is { } error)
            json["standardError"] = Number(error);
        json["nll"] = Share(quality.NegativeLogLikelihood);
        json["ece"] = Share(quality.CalibrationError);
        json["accuracy"] = Share(quality.Accuracy);
        return json;
    }

    private static JsonObject Comparison(DrawComparison step) => new()
    {
        ["draws"] = step.Draws,
        ["nllEven"] = Share(step.Even.NegativeLogLikelihood),
        ["nll"] = Share(step.Chosen.NegativeLogLikelihood),
        ["accuracyEven"] = Share(step.Even.Accuracy),
        ["accuracy"] = Share(step.Chosen.Accuracy),
    };

    private static JsonNode Number(double value) =>
        double.Parse(value.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static JsonNode Share(double value) =>
        double.Parse(value.ToString(ShareDigits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
