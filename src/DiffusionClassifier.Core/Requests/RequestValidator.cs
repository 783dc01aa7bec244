using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>Checks a request against a model and the limits, and fills in the defaults. Messages say what to do. Stateless.</summary>
public static class RequestValidator
{
    private const double MinTemperature = 1e-12, MaxTemperature = 1e12; // β·meanError stays far from overflow and underflow

    /// <summary>The settings of one request.</summary>
    /// <param name="submission">The request; its image is ignored.</param>
    /// <param name="model">The model that answers.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ClassificationException">A value is out of range, or values do not go together.</exception>
    public static JobSettings Validate(Submission submission, LoadedModel model, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(submission);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        (ClassificationRequest request, ModelManifest manifest) = (submission.Request, model.Manifest);
        Stage[]? stages = Stages(request.StageSamples, request.StageKeep);
        LabelSet labels = LabelSet.Create(submission, model, options);
        CheckPrompts(submission, labels, manifest, options);
        if (request.Seed > ImageRequest.MaxSeed)
            throw Invalid("seed", $"seed is {request.Seed}; send a whole number from 0 to {ImageRequest.MaxSeed}.");
        Strategy strategy = request.Strategy ?? manifest.DefaultStrategy;
        PredictionLoss loss = Loss(request, manifest);
        Weighting weighting = TrialWeights.Resolve(request.Weighting, manifest, loss);
        int trials = TrialCount(request, manifest);
        ChosenDraws? chosen = DrawPlan.Resolve(request, strategy, trials, loss, weighting, manifest);
        StagedPlan? staged = strategy == Strategy.Staged ? Plan(stages, submission, manifest, labels, options) : null;
        TrialPlan plan = staged?.Trials ?? Trials(submission, hasStages: stages is not null, manifest, labels, options, chosen);
        double? betaOfChosen = submission.FurtherTrials.Count == 0 ? DrawPlan.Beta(chosen, plan.Count) : null;
        Sharpness sharpness = ResolveSharpness(request, manifest, betaOfChosen ?? manifest.FittedBeta(loss, weighting));
        if (request.DeadlineMs is < 1)
        {
            throw Invalid("deadlineMs",
                $"deadlineMs is {request.DeadlineMs}; send a whole number of milliseconds of at least 1, or leave it out.");
        }

        PriorityClass bySize = options.ClassOf((long)manifest.RowsOf(labels.Prompts.Count) * plan.Count);
        return new JobSettings
        {
            Tenant = submission.Caller.Tenant,
            Priority = request.Priority > bySize ? request.Priority.Value : bySize,
            Warnings =
            [
                .. Warnings(request.Priority, bySize),
                .. new[]
                {
                    LabelWarnings.OfOneLabel(submission, labels),
                    betaOfChosen is null ? TrialWeights.WarnOfFewTrials(sharpness, plan.Count, manifest, loss) : null,
                }.OfType<string>(),
            ],
            Model = model,
            Labels = labels.Labels,
            Prompts = labels.Prompts,
            Arms = labels.Arms,
            Priors = Priors(request.Priors, labels.Labels.Count),
            Strategy = strategy,
            Delta = EarlyStop.Delta(request.Confidence, strategy),
            TopK = EarlyStop.TopK(request.TopK, strategy, labels),
            Contrast = Contrast.Of(request, labels, model),
            Reference = labels.Reference,
            RejectBelow = Rejection.Check(request.RejectBelow),
            Plan = plan,
            Chosen = chosen,
            ChosenDraws = Math.Min(trials, chosen?.Trials.Count ?? 0),
            Staged = staged,
            Noise = Noise(submission, plan, options),
            Loss = loss,
            Seed = request.Seed,
            Weighting = weighting,
            Weights = TrialWeights.Create(weighting, loss, plan, model),
            Sharpness = sharpness,
            Deterministic = request.Deterministic,
            ImageMode = request.ImageMode,
            Preprocessing = request.Interpolation is { } filter ? manifest.Preprocessing with { Filter = filter } : manifest.Preprocessing,
        };
    }

    private static void CheckPrompts(Submission submission, LabelSet labels, ModelManifest manifest, EngineOptions options)
    {
        int count = labels.Prompts.Distinct(StringComparer.Ordinal).Count();
        long bytes = count * manifest.PromptBytes;
        if (bytes > options.EffectivePromptBytes)
        {
            throw Invalid(submission.LabelField,
                $"{count:N0} prompts take {bytes >> 20:N0} MiB as '{manifest.Id}' reads them; one request may have "
                + $"{options.EffectivePromptBytes >> 20:N0} MiB (Engine:MaxPromptBytes). Send fewer labels, templates or prompts, or use a "
                + "server with more memory.");
        }
    }

    private static TrialPlan Trials(
        Submission submission, bool hasStages, ModelManifest manifest, LabelSet labels, EngineOptions options, ChosenDraws? chosen)
    {
        ClassificationRequest request = submission.Request;
        int trials = TrialCount(request, manifest);
        CheckRows(labels, trials + submission.FurtherTrials.Sum(more => (long)more), options);
        if (hasStages || request.TrialsPerTimestep is not null)
        {
            throw Invalid("strategy",
                "Stages and trials per timestep belong to the strategy 'staged': send strategy=staged with them, or leave them out.");
        }

        if (request.NoiseDraws is { } draws && (draws < 1 || draws > trials))
            throw Invalid("noiseDraws", $"noiseDraws is {draws}; send a whole number from 1 to the number of trials, {trials}.");
        // With one timestep per batch, jobs should meet at the same t: then the order must not depend on the seed.
        ulong orderSeed = manifest.ScalarTimestep ? 0 : request.Seed;
        TrialPlan plan = chosen is not null
            ? DrawPlan.Create(chosen, trials, manifest)
            : TrialPlan.Uniform(trials, manifest.TimestepFrom, manifest.TimestepTo, orderSeed, request.NoiseDraws);
        int next = plan.NextNoise;
        foreach (int more in submission.FurtherTrials)
        {
            // On noise of their own: the same noise at nearly the same timestep would say little that is new.
            plan = plan.Then(TrialPlan.Uniform(more, manifest.TimestepFrom, manifest.TimestepTo, orderSeed, firstDraw: next));
            next += more;
        }

        return plan;
    }

    private static int TrialCount(ClassificationRequest request, ModelManifest manifest) => request.Trials switch
    {
        null => manifest.DefaultTrials,
        >= 1 and { } trials => trials,
        { } trials => throw Invalid("trials", $"trials is {trials}; send a whole number of at least 1."),
    };

    // Before a plan is built, which takes memory for every trial.
    private static void CheckRows(LabelSet labels, long trials, EngineOptions options)
    {
        Int128 rows = (Int128)labels.Prompts.Count * trials;
        if (rows > options.MaxRowsPerRequest)
        {
            string candidates = labels.Prompts.Count == labels.Labels.Count ? "labels" : "prompts";
            throw new ClassificationException(ClassificationError.TooManyRows,
                $"{labels.Prompts.Count:N0} {candidates} × {trials:N0} trials are {rows:N0} rows; "
                    + $"one request may cost at most {options.MaxRowsPerRequest:N0}. Send fewer {candidates} or trials.")
            { Field = "trials" };
        }
    }

    private static StagedPlan Plan(
        Stage[]? asked, Submission submission, ModelManifest manifest, LabelSet labels, EngineOptions options)
    {
        ClassificationRequest request = submission.Request;
        int arms = labels.Arms.Count;
        if (submission.FurtherTrials.Count > 0)
            throw Invalid("strategy", "The strategy 'staged' has a plan of its own, to which no trials can be added.");
        if (request.NoiseDraws is not null)
            throw Invalid("noiseDraws", "noiseDraws does not go with the strategy 'staged', which numbers its own noise: leave it out.");
        int range = manifest.TimestepTo - manifest.TimestepFrom;
        IReadOnlyList<Stage> stages = asked ?? DefaultStages(Math.Min(TrialCount(request, manifest), range), arms);
        if (asked is not null && request.Trials is not null)
            throw Invalid("trials", "The stages say how many trials there are: leave out trials or the stages.");
        if (stages.Count == 0 || stages.Any(stage => stage.Samples < 1 || stage.Samples > range))
            throw Invalid("stageSamples", $"Every stage must have from 1 to {range} samples, at most one for each timestep.");
        string racing = arms == labels.Labels.Count ? "labels" : "competing prompts";
        if (stages[^1].Keep != 1 || stages.Zip(stages.Skip(1)).Any(pair => pair.First.Keep < pair.Second.Keep) || stages[0].Keep > arms)
        {
            throw Invalid("stageKeep",
                $"stageKeep must start at no more than the number of {racing} ({arms}), must not rise, and must end with 1.");
        }

        int draws = request.TrialsPerTimestep ?? 1;
        if (draws < 1)
            throw Invalid("trialsPerTimestep", $"trialsPerTimestep is {draws}; send a whole number of at least 1.");
        CheckRows(labels, (long)draws * Math.Min(range, stages.Sum(stage => (long)stage.Samples)), options);
        return StagedPlan.Create(stages, draws, manifest.TimestepFrom, manifest.TimestepTo,
            gridTo: manifest.TimestepTo + (manifest.LastTimestepLeftOut ? 1 : 0));
    }

    private static Stage[]? Stages(IReadOnlyList<int>? samples, IReadOnlyList<int>? keep)
    {
        if (samples is null && keep is null)
            return null;
        return samples?.Count == keep?.Count
            ? [.. samples!.Zip(keep!, (sample, kept) => new Stage(sample, kept))]
            : throw Invalid("stageKeep",
                $"stageSamples has {samples?.Count ?? 0} numbers and stageKeep {keep?.Count ?? 0}: send one of each for every stage.");
    }

    /// <summary>The paper's schedule for its smaller data sets (commands.md: n_samples 50 500, to_keep 5 1).</summary>
    /// <param name="trials">N, at least 1.</param>
    /// <param name="arms">How many there are, at least 1.</param>
    public static IReadOnlyList<Stage> DefaultStages(int trials, int arms) =>
        [new Stage(Math.Max(1, trials / 10), Math.Min(5, arms)), new Stage(trials, 1)];

    // A missing draw would only be noticed on the device, where it fails every request in the batch.
    private static INoiseSource Noise(Submission submission, TrialPlan plan, EngineOptions options)
    {
        INoiseSource noise = submission.Noise
            ?? options.NoiseSource?.Invoke(submission.Request.Seed) ?? new GaussianNoise(submission.Request.Seed);
        int draws = Enumerable.Range(0, plan.Count).Max(position => plan[position].NoiseIndex) + 1;
        return noise is StoredNoise stored && stored.Count < draws
            ? throw Invalid("noise", $"The noise bank holds {stored.Count} draws; this request needs {draws}.")
            : noise;
    }

    private static PredictionLoss Loss(ClassificationRequest request, ModelManifest manifest)
    {
        PredictionLoss loss = request.Loss ?? manifest.DefaultLoss;
        return loss is PredictionLoss.Vlb or PredictionLoss.L2Vlb && !(manifest.LearnedVariance && manifest.Process.Schedule is not null)
            ? throw Invalid("loss", $"The loss '{EnumWords.Of(loss)}' needs a model that predicts its variance, as DiT does; "
                + $"'{manifest.Id}' does not: choose l2, l1 or huber.")
            : loss;
    }

    private static string[] Warnings(PriorityClass? wanted, PriorityClass bySize) =>
        wanted < bySize ? [$"A request of this size runs in the class '{EnumWords.Of(bySize)}': a client may only lower its class."] : [];

    private static Sharpness ResolveSharpness(ClassificationRequest request, ModelManifest manifest, double? fitted)
    {
        if (request.Temperature is { } temperature && temperature is not (>= MinTemperature and <= MaxTemperature))
            throw Invalid("temperature", $"temperature is {temperature}; send a number from {MinTemperature} to {MaxTemperature}.");
        if (request.Posterior == PosteriorPreset.Temperature && request.Temperature is null)
            throw Invalid("posterior", "posterior 'temperature' needs the field temperature: send it, or choose 'paper' or 'mean'.");
        if (request.Posterior == PosteriorPreset.Fitted && fitted is null)
        {
            throw Invalid("posterior",
                $"Model '{manifest.Id}' has no fitted posterior for this loss and weighting: choose 'paper' or 'mean'.");
        }

        return Sharpness.Resolve(request.Temperature, request.Posterior, fitted, manifest.Latent.Length);
    }

    private static double[] Priors(IReadOnlyList<double>? weights, int labels)
    {
        if (weights is not { Count: > 0 })
            return [.. Enumerable.Repeat(1.0 / labels, labels)];
        if (weights.Count != labels)
            throw Invalid("priors", $"{weights.Count:N0} priors were sent for {labels:N0} labels: send one for each, in the same order.");
        double sum = weights.Sum();
        if (!weights.All(weight => weight >= 0) || !(sum > 0) || !double.IsFinite(sum))
            throw Invalid("priors", "Every prior must be a number of at least 0, and not all may be 0.");
        return [.. weights.Select(weight => weight / sum)];
    }

    internal static ClassificationException Invalid(string field, string message) =>
        new(ClassificationError.InvalidRequest, message) { Field = field };
}
