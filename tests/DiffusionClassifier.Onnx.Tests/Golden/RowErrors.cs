using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The errors of single rows, which answers do not show: the engine's own validation, noise, batches and losses without its queue.</summary>
internal sealed class RowErrors(IDiffusionModel model) : IDisposable
{
    private readonly DenoisingBatch _batch = model.CreateBatch();
    private readonly WorkPlan _plan = new(model.Buckets[^1]);
    private readonly LoadedModel _loaded = new(model.Manifest);

    /// <param name="request">Labels, strategy, loss and noise.</param>
    /// <param name="latent">x₀.</param>
    /// <param name="trials">Trials in the place of those that the request asks for.</param>
    /// <returns>The trials, and the error of each label on each of them.</returns>
    public (TrialPlan Plan, double[][] Errors) Run(Submission request, Latent latent, IEnumerable<Trial>? trials = null)
    {
        // The check that the noise suffices is for the trials that the request asks for.
        JobSettings settings = RequestValidator.Validate(trials is null ? request : request with { Noise = null }, _loaded, new EngineOptions());
        if (trials is not null)
            settings = settings with { Plan = new TrialPlan(trials), Staged = null, Noise = request.Noise! };
        var job = new ClassificationJob(settings, new PixelImage([], 0, []), new JobClock(TimeProvider.System, 0), new FixedTrials(settings.Plan.Count));
        Encode(job, latent);
        return (settings.Plan, Run(job));
    }

    public void Dispose()
    {
        _batch.Dispose();
        model.Dispose();
    }

    private void Encode(ClassificationJob job, Latent latent)
    {
        var memory = new PromptMemory(spare: 0);
        while (job.State != JobState.Running && job.BeginEncoding(now: 0, memory) is { } task)
            job.Encoded(task, new EncodedParts(latent, model.EncodePrompts(task.Prompts)), memory, TimeSpan.Zero, now: 0);
    }

    private double[][] Run(ClassificationJob job)
    {
        WorkRow[] rows = [.. from position in Enumerable.Range(0, job.Plan.Count) from prompt in Enumerable.Range(0, job.Settings.Prompts.Count) select new WorkRow(job.Number, prompt, position)];
        double[][] errors = [.. job.Settings.Prompts.Select(_ => new double[job.Plan.Count])];
        var results = new double[model.Buckets[^1]];
        foreach (WorkRow[] chunk in rows.Chunk(results.Length))
        {
            Run(chunk, job.Inputs, results);
            foreach ((int i, WorkRow row) in chunk.Index())
                errors[row.Prompt][row.Position] = results[i];
        }

        return errors;
    }

    private void Run(WorkRow[] rows, RowInputs inputs, double[] errors)
    {
        _plan.Clear();
        _plan.Denoise(model.Manifest.Id, new BatchLadder(model.Buckets), rows.Length);
        Array.ForEach(rows, row => _plan.Add(row, inputs));
        ModelRunner.Fill(_plan, _batch);
        model.PredictNoise(_batch);
        ModelRunner.Score(_plan, _batch, errors);
    }
}
