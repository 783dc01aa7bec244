using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Onnx.Tests.Models;

/// <summary>The errors of single rows, which answers do not show: the engine's own validation, noise, batches and losses without its queue.</summary>
internal sealed class RowErrors(IDiffusionModel model) : IDisposable
{
    private readonly BatchRunner _runner = new(model);
    private readonly NoiseSchedule _schedule = NoiseSchedule.Create(model.Manifest.Schedule);

    /// <param name="request">Labels, strategy, loss and noise.</param>
    /// <param name="latent">x₀.</param>
    /// <param name="trials">Trials in the place of those that the request asks for.</param>
    /// <returns>The trials, and the error of each label on each of them.</returns>
    public (TrialPlan Plan, double[][] Errors) Run(ClassificationRequest request, Latent latent, IEnumerable<Trial>? trials = null)
    {
        // Given trials need only as much noise as they name, not what the model's default number of trials would.
        JobSettings settings = RequestValidator.Validate(trials is null ? request : request with { Strategy = Strategy.Fixed, Trials = 1 }, model.Manifest, new EngineOptions());
        if (trials is not null)
            settings = settings with { Plan = new TrialPlan(trials), Staged = null };
        var job = new ClassificationJob(settings, new PixelImage([], 0, []), _schedule, new FixedTrials(settings.Plan.Count), new JobClock(TimeProvider.System, 0), progress: null);
        job.Encoded(latent, _runner.EncodePrompts(settings.Prompts), TimeSpan.Zero);
        return (settings.Plan, Run(job));
    }

    public void Dispose() => _runner.Dispose();

    private double[][] Run(ClassificationJob job)
    {
        WorkRow[] rows = [.. from position in Enumerable.Range(0, job.Plan.Count) from prompt in Enumerable.Range(0, job.Settings.Prompts.Count) select new WorkRow(job, prompt, position)];
        double[][] errors = [.. job.Settings.Prompts.Select(_ => new double[job.Plan.Count])];
        var results = new double[model.Buckets[^1]];
        foreach (WorkRow[] chunk in rows.Chunk(results.Length))
        {
            _runner.Run(chunk, results.AsSpan(0, chunk.Length));
            foreach ((int i, WorkRow row) in chunk.Index())
                errors[row.Prompt][row.Position] = results[i];
        }

        return errors;
    }
}
