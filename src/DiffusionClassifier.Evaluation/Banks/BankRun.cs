using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>
/// Computes the errors of every image on every trial for every label, once, and stores them as an <see cref="ErrorBank"/>.
/// </summary>
internal sealed class BankRun : IDisposable
{
    private const string Unfinished = ".part"; // next to the bank, until it is complete

    private readonly ClassificationRequest _request;
    private readonly Candidates _candidates;
    private readonly JobSettings _job;
    private readonly BankSettings _settings;
    private readonly string _file;
    private readonly ErrorBank[] _banks; // what is already stored by earlier runs and other shards
    private readonly bool _joins;
    private readonly HashSet<int> _known;
    private readonly BankLog _log;

    /// <param name="file">The bank.</param>
    /// <param name="request">Every request, except for its image; its strategy does not matter.</param>
    /// <param name="model">The model.</param>
    /// <param name="candidates">The labels, and which of them are true.</param>
    /// <param name="data">The data set as KIND:NAME.</param>
    /// <param name="shards">Banks of other shards, to be joined.</param>
    /// <exception cref="EvaluationException">The request cannot be stored as one error for each trial and label.</exception>
    public BankRun(
        string file, ClassificationRequest request, SingleModel model, Candidates candidates, string data, IReadOnlyList<string> shards)
    {
        if (WhyNot(request) is { } reason)
            throw new EvaluationException($"--bank {reason}");
        (_file, _candidates) = (file, candidates);
        _request = request with { Strategy = Strategy.Fixed, Weighting = Weighting.Uniform, Draws = DrawChoice.Even };
        _job = RequestValidator.Validate(new Submission(_request), new LoadedModel(model.Manifest), EngineSession.Options);
        _settings = SettingsOf(request, model, candidates, data);
        ResultFolder.Create(Path.GetDirectoryName(Path.GetFullPath(file))!);
        _banks = [.. (File.Exists(file) ? [file, .. shards] : shards).Select(Load)];
        _joins = shards.Count > 0;
        _known = [.. _banks.SelectMany(bank => bank.ImageIndices)];
        _log = BankLog.Open(file + Unfinished, _settings);
    }

    /// <summary>Whether an earlier run has stored an image.</summary>
    public bool Has(int index) => _known.Contains(index) || _log.Has(index);

    /// <summary>A bank is one array, in memory and in its file.</summary>
    /// <exception cref="EvaluationException">There are more images than one bank can hold.</exception>
    public void RequireRoomFor(IEnumerable<LabelledImage> selected)
    {
        int images = selected.Select(image => image.Index).Concat(_known).Concat(_log.Images.Keys).Distinct().Count();
        int most = Array.MaxLength / (_settings.Trials * _settings.Labels.Count);
        if (images > most)
        {
            throw new EvaluationException(
                $"{images} images × {_settings.Trials} trials × {_settings.Labels.Count} labels are more errors "
                + $"than one bank holds: give --limit {most} or less, or several banks with --shard.");
        }
    }

    /// <summary>Images for choosing and images for measuring do not go into one bank.</summary>
    /// <exception cref="EvaluationException">The bank has images that are not in the range.</exception>
    public void RequireIn(DataSubset subset)
    {
        if (_known.Concat(_log.Images.Keys).Any(image => !subset.Includes(image)))
            throw new EvaluationException($"{_file} has images that are not in --range: choose another --bank.");
    }

    /// <summary>Resumes where an earlier run stopped.</summary>
    /// <returns>The problems of single images.</returns>
    public Task<IReadOnlyList<string>> RunAsync(
        ClassificationEngine engine, IReadOnlyList<LabelledImage> images, RunningScore score, CancellationToken cancellationToken) =>
        ConcurrentRuns.RunAsync(
            images.Where(image => !Has(image.Index)),
            image => image.Name,
            (image, cancellation) => AddAsync(engine, image, score, cancellation),
            cancellationToken);

    /// <summary>Writes a bank with all that is known.</summary>
    /// <returns>Whether anything is known.</returns>
    public bool Save()
    {
        if (_log.Images.Count > 0 || _joins)
            Join().Save(_file);
        _log.Dispose();
        File.Delete(_file + Unfinished);
        return _banks.Length > 0 || _log.Images.Count > 0;
    }

    public void Dispose() => _log.Dispose();

    private async Task AddAsync(ClassificationEngine engine, LabelledImage image, RunningScore score, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> file = await image.ReadAsync(cancellationToken);
        ClassificationHandle handle = engine.Submit(new Submission(_request with { Image = file }), cancellationToken);
        (ClassificationResult result, ScoresView scores) = await handle.Outcome;
        var errors = new float[_settings.Trials * _settings.Labels.Count];
        for (int position = 0; position < _settings.Trials; position++)
        {
            for (int arm = 0; arm < scores.Arms; arm++)
                errors[_job.Plan[position].NoiseIndex * scores.Arms + arm] = (float)scores.Error(arm, position);
        }

        int truth = _candidates.TruthOfClass[image.Class];
        _log.Add(image.Index, new BankedImage(truth, errors));
        score.Add(result.Prediction == _candidates.Names[truth]);
    }

    private ErrorBank Load(string file)
    {
        ErrorBank bank = ErrorBank.Load(file);
        string? difference = bank.Settings is { } stored
            ? SettingsDifference.Find(SettingsDifference.Of(stored), SettingsDifference.Of(_settings))
            : "unknown settings";
        return difference is null
            ? bank
            : throw new EvaluationException(
                $"{file} is a bank with {difference}: give the same settings to continue, or choose another --bank.");
    }

    private ErrorBank Join()
    {
        var images = new SortedDictionary<int, BankedImage>(_log.Images);
        foreach (ErrorBank bank in _banks)
        {
            for (int i = 0; i < bank.Images; i++)
                images[bank.ImageIndices[i]] = new BankedImage(bank.Labels[i], bank.AllErrors(i).ToArray());
        }

        var timesteps = new int[_settings.Trials];
        int[] order = [.. Enumerable.Range(0, _settings.Trials).Select(position => _job.Plan[position].NoiseIndex)];
        for (int position = 0; position < order.Length; position++)
            timesteps[order[position]] = _job.Plan[position].Timestep;
        var errors = new float[checked(images.Count * _settings.Trials * _settings.Labels.Count)];
        int place = 0;
        foreach (BankedImage image in images.Values)
        {
            image.Errors.CopyTo(errors, place);
            place += image.Errors.Length;
        }

        return new ErrorBank(errors, timesteps, [.. images.Values.Select(image => image.Label)], [.. images.Keys], order, _settings);
    }

    private static string? WhyNot(ClassificationRequest request) => request switch
    {
        { PromptAggregation: PromptAggregation.Min } or { NoiseDraws: not null } or { DeadlineMs: not null } =>
            "stores one error for each trial and label: leave out --prompt-aggregation min, --noise-draws and --deadline-ms.",
        { Strategy: not (null or Strategy.Fixed) } or { StageSamples: not null } or { TrialsPerTimestep: not null } =>
            "runs all labels on all trials: leave out --strategy and the stages; --replay then runs every strategy on it.",
        { Priors.Count: > 0 } or { Confidence: not null } or { TopK: not null } =>
            "stores errors, which have no priors and never stop early: leave out --priors, --confidence and --top-k.",
        { Weighting: not (null or Weighting.Uniform) } =>
            "stores unweighted errors, to which any weighting can be applied: leave out --weighting.",
        { Draws: DrawChoice.Chosen } => "is what draws are chosen from: leave out --draws.",
        _ => null,
    };

    private BankSettings SettingsOf(ClassificationRequest request, SingleModel model, Candidates candidates, string data)
    {
        string[] interpolation = request.Interpolation is { } filter ? [$"interpolation {EnumWords.Of(filter)}"] : [];
        string[] other = [.. Prompts(request), .. interpolation];
        return new BankSettings
        {
            Model = model.Manifest.Id,
            ModelDigest = model.Digest(),
            Labels = candidates.Names,
            Templates = request.Template,
            Trials = _job.Plan.Count,
            Loss = _job.Loss,
            Seed = request.Seed,
            ImageMode = request.ImageMode,
            Elements = model.Manifest.Latent.Length,
            Data = data,
            Other = other.Length > 0 ? string.Join("; ", other) : null,
        };
    }

    private static IEnumerable<string> Prompts(ClassificationRequest request) =>
        request.Labels?.Where(label => label.Prompts is not null).Select(label => string.Join("|", label.Prompts!)) ?? [];
}
