using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>A device whose steps the test takes one by one; it keeps what it was given.</summary>
internal sealed class FakeDevice(RowScheduler scheduler, int bucket, params string[] models)
{
    private readonly WorkPlan _plan = new(bucket);
    private readonly DeviceProfile _profile = new("fake", models.ToDictionary(model => model, _ => new BatchLadder(bucket == 1 ? [1] : [1, bucket])));

    /// <summary>What it is doing now.</summary>
    public WorkPlan Plan => _plan;

    /// <summary>The rows of every batch it was ever given.</summary>
    public List<WorkRow[]> Batches { get; } = [];

    public IEnumerable<WorkRow> Rows => Batches.SelectMany(batch => batch);

    /// <summary>The error of a row; by default label 0 is the best.</summary>
    public Func<WorkRow, double> Error { get; set; } = row => 1 + row.Prompt + 0.1 * ((row.Position * 7 + row.Prompt) % 5);

    public WorkKind Assemble()
    {
        scheduler.Assemble(_profile, now: 1, _plan);
        if (_plan.Kind == WorkKind.Denoise)
            Batches.Add(_plan.Rows.ToArray());
        return _plan.Kind;
    }

    public void Complete()
    {
        if (_plan.Kind == WorkKind.Encode)
            scheduler.CompleteEncoding(_plan, new EncodedParts(new Latent([], default), [.. _plan.Encoding!.Prompts.Select(prompt => new ClassConditioning(FakeDiffusionModel.PromptId(prompt)))]), TimeSpan.Zero, now: 1);
        else
            scheduler.CompleteBatch(_profile, _plan, Array.ConvertAll(_plan.Rows.ToArray(), row => Error(row)), TimeSpan.Zero, now: 2);
        _plan.Clear();
    }

    public void Fail(Exception exception)
    {
        scheduler.Fail(_plan, exception);
        _plan.Clear();
    }

    public void RunOutOfMemory()
    {
        scheduler.FailForMemory(_profile, _plan, new InvalidOperationException("out of memory"));
        _plan.Clear();
    }

    public bool Runs(ClassificationJob job) => _profile.Runs(job.Settings.Manifest.Id);

    /// <summary>The largest batch it runs now.</summary>
    public int Top(string model) => _profile.Ladders[model].Top;

    /// <summary>Works until there is nothing to do.</summary>
    public void RunToEnd()
    {
        while (Assemble() != WorkKind.None)
            Complete();
    }
}
