using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// What was fitted to labeled data: the fields of <c>classifier.json</c> that <see cref="CalibrationWriter"/> writes. Immutable.
/// </summary>
/// <param name="Betas">β of each loss, for errors that all count alike.</param>
/// <param name="Weightings">The weights of each loss, if there are any.</param>
/// <param name="Usual">How large the errors of images that the model knows are, of each loss, if that was measured.</param>
/// <param name="Trials">Of each loss the trials whose means it was fitted to, if the file says.</param>
/// <param name="Draws">Draws that tell classes apart, of each loss, if some were chosen.</param>
internal sealed record CalibrationFields(IReadOnlyDictionary<PredictionLoss, double> Betas,
    IReadOnlyDictionary<PredictionLoss, FittedWeighting> Weightings, IReadOnlyDictionary<PredictionLoss, UsualErrors> Usual,
    IReadOnlyDictionary<PredictionLoss, int> Trials, IReadOnlyDictionary<PredictionLoss, ChosenDraws> Draws)
{
    public const string DrawsField = "draws", Seed = "seed", Noise = "noise";

    public const string UsualErrorsField = "usualErrors", Errors = "errors", Ratios = "ratios";

    public const string Temperatures = "temperatures", TimestepWeights = "timestepWeights", Calibration = "calibration";

    public const string Temperature = "temperature", Timesteps = "timesteps", Weights = "weights", TrialCount = "trials";

    public static CalibrationFields None { get; } = new(
        new Dictionary<PredictionLoss, double>(), new Dictionary<PredictionLoss, FittedWeighting>(),
        new Dictionary<PredictionLoss, UsualErrors>(), new Dictionary<PredictionLoss, int>(),
        new Dictionary<PredictionLoss, ChosenDraws>());

    /// <exception cref="BundleException">A field has an invalid value.</exception>
    public static CalibrationFields Read(JsonFile json)
    {
        Dictionary<PredictionLoss, double> betas = [];
        foreach ((PredictionLoss loss, string name, JsonFile temperatures) in Losses(json.Object(Temperatures)))
            betas[loss] = Beta(temperatures, name) ?? throw temperatures.Complain(name, "must be a temperature above 0.");
        Dictionary<PredictionLoss, FittedWeighting> weightings = [];
        foreach ((PredictionLoss loss, string name, JsonFile weights) in Losses(json.Object(TimestepWeights)))
            weightings[loss] = Weighting(weights, name);
        Dictionary<PredictionLoss, UsualErrors> usual = [];
        foreach ((PredictionLoss loss, string name, JsonFile errors) in Losses(json.Object(UsualErrorsField)))
            usual[loss] = ReadUsual(errors, name);
        Dictionary<PredictionLoss, int> trials = [];
        foreach ((PredictionLoss loss, string name, JsonFile records) in Losses(json.Object(Calibration)))
        {
            if (records.Object(name)?.Integer(TrialCount) is { } count)
                trials[loss] = count;
        }

        Dictionary<PredictionLoss, ChosenDraws> draws = [];
        foreach ((PredictionLoss loss, string name, JsonFile chosen) in Losses(json.Object(DrawsField)))
            draws[loss] = ReadDraws(chosen, name);
        return new CalibrationFields(betas, weightings, usual, trials, draws);
    }

    private static IEnumerable<(PredictionLoss Loss, string Name, JsonFile Json)> Losses(JsonFile? json)
    {
        foreach (string name in json?.Names ?? [])
        {
            yield return EnumWords.TryParse(name, out PredictionLoss loss)
                ? (loss, name, json!)
                : throw json!.Complain(name, $"must be a loss: {string.Join(", ", EnumWords.All<PredictionLoss>())}.");
        }
    }

    private static double? Beta(JsonFile json, string name) => json.Number(name) switch
    {
        null => null,
        { } temperature when temperature > 0 && double.IsFinite(1 / temperature) => 1 / temperature,
        _ => throw json.Complain(name, "must be a temperature above 0."),
    };

    private static FittedWeighting Weighting(JsonFile json, string name)
    {
        JsonFile fields = json.Object(name) ?? throw json.Complain(name, "must have timesteps and weights.");
        return Checked(json, name, () => new FittedWeighting(ByTimestep(fields, Weights), Beta(fields, Temperature)));
    }

    private static UsualErrors ReadUsual(JsonFile json, string name)
    {
        JsonFile fields = json.Object(name) ?? throw json.Complain(name, "must have timesteps, errors and ratios.");
        return Checked(json, name, () => new UsualErrors(ByTimestep(fields, Errors), fields.Numbers(Ratios) ?? []));
    }

    private static bool IsIndex(double number) => double.IsInteger(number) && number is >= 0 and <= ImageRequest.MaxTrials;

    private static ChosenDraws ReadDraws(JsonFile json, string name)
    {
        JsonFile fields = json.Object(name) ?? throw json.Complain(name, "must have a seed, timesteps, noise and temperatures.");
        IReadOnlyList<double> timesteps = fields.Numbers(Timesteps) ?? [], noise = fields.Numbers(Noise) ?? [];
        if (timesteps.Count != noise.Count || !timesteps.Concat(noise).All(IsIndex))
            throw json.Complain(name, "must have as many timesteps as noise, whole numbers of at least 0.");
        if ((fields.Number(Seed) ?? 0) is var seed && !(double.IsInteger(seed) && seed is >= 0 and <= ImageRequest.MaxSeed))
            throw fields.Complain(Seed, $"must be a whole number from 0 to {ImageRequest.MaxSeed}.");
        return Checked(json, name, () => new ChosenDraws((ulong)seed,
            timesteps.Zip(noise, (timestep, number) => new Trial((int)number, (int)timestep)),
            (fields.Numbers(Temperatures) ?? []).Select(temperature => 1 / temperature)));
    }

    private static TimestepWeights ByTimestep(JsonFile fields, string values)
    {
        IReadOnlyList<double> timesteps = fields.Numbers(Timesteps) ?? [];
        return timesteps.All(timestep => timestep >= 0 && double.IsInteger(timestep) && timestep <= int.MaxValue)
            ? new TimestepWeights(timesteps.Select(timestep => (int)timestep), fields.Numbers(values) ?? [])
            : throw fields.Complain(Timesteps, "must be whole numbers of at least 0.");
    }

    private static T Checked<T>(JsonFile json, string name, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (ArgumentException exception)
        {
            throw json.Complain(name, exception.Message);
        }
    }
}
