using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Checks a request against a model and the limits, and fills in the defaults. Messages say what to do. Stateless.</summary>
internal static class RequestValidator
{
    private const ulong MaxSeed = (1UL << 53) - 1; // the largest integer that every JSON reader keeps exactly
    private const double MinTemperature = 1e-12, MaxTemperature = 1e12; // β·meanError stays far from overflow and underflow
    private const int ClassesInMessage = 20; // enough to read, short enough for one line

    public static JobSettings Validate(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        IReadOnlyList<string> labels = Labels(request, manifest, options);
        int trials = request.Trials ?? manifest.DefaultTrials;
        if (trials < 1)
            throw Invalid("trials", $"trials is {trials}; send a whole number of at least 1.");
        if ((long)labels.Count * trials > options.MaxRowsPerRequest)
        {
            throw new ClassificationException(ClassificationError.TooManyRows,
                $"{labels.Count} labels × {trials} trials are {(long)labels.Count * trials} rows; one request may cost {options.MaxRowsPerRequest}. Send fewer labels or trials.")
            { Field = "trials" };
        }

        if (request.Seed > MaxSeed)
            throw Invalid("seed", $"seed is {request.Seed}; send a whole number from 0 to {MaxSeed}.");
        if (request.Temperature is { } temperature && temperature is not (>= MinTemperature and <= MaxTemperature))
            throw Invalid("temperature", $"temperature is {temperature}; send a number from {MinTemperature} to {MaxTemperature}.");
        PredictionLoss loss = request.Loss ?? manifest.DefaultLoss;
        double? fitted = manifest.FittedBetas.TryGetValue(loss, out double beta) ? beta : null;
        if (request.Posterior == PosteriorPreset.Temperature && request.Temperature is null)
            throw Invalid("posterior", "posterior 'temperature' needs the field temperature: send it, or choose 'paper' or 'mean'.");
        if (request.Posterior == PosteriorPreset.Fitted && fitted is null)
            throw Invalid("posterior", $"Model '{manifest.Id}' has no fitted posterior for this loss: choose 'paper' or 'mean'.");

        return new JobSettings
        {
            Manifest = manifest,
            Labels = labels,
            Prompts = labels,
            Priors = Priors(request.Priors, labels.Count),
            Strategy = request.Strategy ?? manifest.DefaultStrategy,
            Trials = trials,
            Loss = loss,
            Seed = request.Seed,
            Sharpness = Sharpness.Resolve(request.Temperature, request.Posterior, fitted, manifest.Latent.Length),
            ImageMode = request.ImageMode,
        };
    }

    private static IReadOnlyList<string> Labels(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        if (request.Labels is not { Count: > 0 } labels)
        {
            return manifest.Conditioning == ConditioningKind.Class
                ? manifest.Classes
                : throw Invalid("labels", $"Model '{manifest.Id}' classifies free text: send at least one label.");
        }

        if (labels.Count > options.MaxLabels)
            throw Invalid("labels", $"{labels.Count} labels were sent; the limit is {options.MaxLabels}.");
        var seen = new HashSet<string>(manifest.Conditioning == ConditioningKind.Class ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (string label in labels)
        {
            CheckText(label, options);
            if (manifest.Conditioning == ConditioningKind.Class)
                CheckClass(label, manifest);
            if (!seen.Add(label))
                throw Invalid("labels", $"The label '{label}' was sent twice: identical labels cannot be told apart. Send each once.");
        }

        return labels;
    }

    private static void CheckText(string label, EngineOptions options)
    {
        if (string.IsNullOrWhiteSpace(label))
            throw Invalid("labels", "A label is empty: every label needs at least one visible character.");
        if (label.Length > options.MaxPromptLength)
            throw Invalid("labels", $"The label that begins '{label[..Math.Min(label.Length, 32)]}' has {label.Length} characters; the limit is {options.MaxPromptLength}.");
        if (label.Any(char.IsControl))
            throw Invalid("labels", "A label contains a control character (such as a line break): remove it.");
    }

    private static void CheckClass(string label, ModelManifest manifest)
    {
        if (manifest.Classes.Contains(label, StringComparer.OrdinalIgnoreCase))
            return;
        string hint = NearestName.Find(label, manifest.Classes) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        string list = string.Join(", ", manifest.Classes.Take(ClassesInMessage)) + (manifest.Classes.Count > ClassesInMessage ? ", …" : "");
        throw new ClassificationException(ClassificationError.UnknownLabel,
            $"'{label}' is not a class of model '{manifest.Id}', which knows only the classes it was trained on.{hint} Its {manifest.Classes.Count} classes: {list}.")
        { Field = "labels" };
    }

    private static double[] Priors(IReadOnlyList<double>? weights, int labels)
    {
        if (weights is not { Count: > 0 })
            return [.. Enumerable.Repeat(1.0 / labels, labels)];
        if (weights.Count != labels)
            throw Invalid("priors", $"{weights.Count} priors were sent for {labels} labels: send one for each, in the same order.");
        double sum = weights.Sum();
        if (!weights.All(weight => weight >= 0) || !(sum > 0) || !double.IsFinite(sum))
            throw Invalid("priors", "Every prior must be a number of at least 0, and not all may be 0.");
        return [.. weights.Select(weight => weight / sum)];
    }

    private static ClassificationException Invalid(string field, string message) =>
        new(ClassificationError.InvalidRequest, message) { Field = field };
}
