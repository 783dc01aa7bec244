using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineDeadlineTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 100, DeadlineMs = 500 };

    private readonly FakeTimeProvider _time = new();

    [Fact(Timeout = Patience)]
    public async Task A_deadline_in_the_middle_gives_the_answer_of_the_trials_that_are_complete()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(null, _time, model);
        using var gate = new Gate();
        int batches = 0;
        model.BeforePredict = _ =>
        {
            if (++batches == 8) // seven batches of four rows are five whole trials of five labels and three rows more
                gate.Pass();
        };
        Task<ClassificationResult> running = engine.ClassifyAsync(Request);
        await gate.Reached;
        await Eventually.Holds(() => engine.Host.Engine.ReservedRows <= 500 - 28);

        _time.Advance(TimeSpan.FromMilliseconds(500));
        ClassificationResult result = await running;
        gate.Open();

        Assert.Equal((false, 5, 100), (result.Decision.Complete, result.Decision.Trials, result.Decision.MaxTrials));
        Assert.Contains(result.Warnings, warning => warning.Contains("deadline", StringComparison.Ordinal));
        Assert.All(result.Labels, label => Assert.Equal(5, label.Evaluations));
        Assert.Equal(await MeansOfFirstTrials(5), result.Labels.ToDictionary(label => label.Label, label => label.MeanError));
        Assert.Equal(0, engine.Host.Engine.ReservedRows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_deadline_before_one_trial_is_complete_is_exceeded()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(null, _time, model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> running = engine.ClassifyAsync(Request);
        await gate.Reached;

        _time.Advance(TimeSpan.FromMilliseconds(500));

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => running);
        Assert.Equal((ClassificationError.DeadlineExceeded, "deadlineMs"), (exception.Error, exception.Field));
        gate.Open();
    }

    [Theory]
    [InlineData(50, 0)] // not even one row is back in time
    [InlineData(120, 1)]
    [InlineData(180, 4)]
    [InlineData(300, 16)]
    public void A_deadline_shorter_than_the_largest_batch_gets_the_largest_that_is_in_time(int milliseconds, int bucket)
    {
        var device = new DeviceProfile("fake", new Dictionary<string, BatchLadder> { ["tiny"] = new([1, 4, 16], [0.1, 0.15, 0.25]) });
        var scheduler = new RowScheduler();
        ClassificationJob job = FakeJobs.Create(labels: 3, trials: 100, deadline: TimeSpan.FromMilliseconds(milliseconds));
        var plan = new WorkPlan(capacity: 16);
        scheduler.Submit(job);
        scheduler.Assemble(device, now: 0, plan);
        if (plan.Kind == WorkKind.Encode)
            scheduler.CompleteEncoding(plan, new EncodedParts(new Latent([], default), [.. plan.Encoding!.Prompts.Select((_, i) => new ClassConditioning(i))]), TimeSpan.Zero, now: 0);

        scheduler.Assemble(device, now: 0, plan);

        Assert.Equal(bucket, plan.Count);
    }

    [Fact(Timeout = Patience)]
    public async Task A_deadline_after_the_answer_changes_nothing()
    {
        using TestEngine engine = await TestEngine.StartAsync(null, _time, new FakeDiffusionModel(Manifests.Classes(), 4));

        ClassificationResult result = await engine.ClassifyAsync(Request);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((true, 100), (result.Decision.Complete, result.Decision.Trials));
    }

    [Fact(Timeout = Patience)]
    public async Task A_drain_that_runs_out_of_time_answers_with_what_is_known()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { DrainTimeout = TimeSpan.Zero }, null, model);
        using var gate = new Gate();
        int batches = 0;
        model.BeforePredict = _ =>
        {
            if (++batches == 8)
                gate.Pass();
        };
        Task<ClassificationResult> running = engine.ClassifyAsync(Request with { DeadlineMs = null });
        await gate.Reached;
        await Eventually.Holds(() => engine.Host.Engine.ReservedRows <= 500 - 28);

        await engine.Host.DrainAsync(TestContext.Current.CancellationToken);
        ClassificationResult result = await running;
        gate.Open();

        Assert.Equal((false, 5), (result.Decision.Complete, result.Decision.Trials));
        Assert.Contains(result.Warnings, warning => warning.Contains("shutting down", StringComparison.Ordinal));
    }

    private static async Task<Dictionary<string, double>> MeansOfFirstTrials(int trials)
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 64);
        using TestEngine engine = await TestEngine.StartAsync(model);
        (ClassificationResult result, Core.Scoring.ScoresView scores) = await engine.Host.Engine.Submit(new Submission(Request with { DeadlineMs = null }), TestContext.Current.CancellationToken).Outcome;
        IReadOnlyList<string> classes = model.Manifest.Classes;
        return result.Labels.ToDictionary(label => label.Label, label => Enumerable.Range(0, trials).Average(trial => scores.Error(classes.Index().Single(pair => pair.Item == label.Label).Index, trial)));
    }
}
