using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Telemetry;

public class EngineMetricsTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 3 };

    [Fact(Timeout = Patience)]
    public async Task An_answered_request_counts_itself_its_rows_and_the_padding()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));
        using var metrics = new RecordedMetrics(engine.Meter);

        await engine.ClassifyAsync(Request); // 5 × 3 rows: a batch of 8, one of 7

        Assert.Equal(1, metrics["dc.requests", "outcome=answered"]);
        Assert.Equal((1, 1), (metrics["dc.request.duration", "outcome=answered"], metrics["dc.first_row.wait"]));
        Assert.Equal((15, 1), (metrics["dc.rows", "state=run"], metrics["dc.rows", "state=padded"]));
        Assert.Equal((0, 0), (metrics["dc.rows", "state=wasted"], metrics["dc.rows", "state=eliminated"]));
        Assert.Equal((2, 2), (metrics["dc.batch.rows", "model=tiny"], metrics["dc.batch.duration", "bucket=8"]));
        Assert.Equal((0, 0), (metrics["dc.active_jobs"], metrics["dc.queued_rows"]));
    }

    [Fact(Timeout = Patience)]
    public async Task A_staged_request_counts_the_rows_that_it_saved()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));
        using var metrics = new RecordedMetrics(engine.Meter);

        ClassificationResult result = await engine.ClassifyAsync(Request with { Trials = null, Strategy = Strategy.Staged, StageSamples = [3, 10], StageKeep = [2, 1] });

        Assert.NotEqual(result.Cost.FixedRows, result.Cost.Rows);
        Assert.Equal(result.Cost.FixedRows - result.Cost.Rows, metrics["dc.rows", "state=eliminated"]);
    }

    [Fact(Timeout = Patience)]
    public async Task Running_rows_of_a_canceled_request_are_wasted()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var metrics = new RecordedMetrics(engine.Meter);
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> running = engine.ClassifyForAsync(Request, null, cancellation.Token);
        await gate.Reached;
        Assert.Equal((1, 15), (metrics["dc.active_jobs"], metrics["dc.queued_rows"]));

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        gate.Open();
        await engine.ClassifyAsync(Request with { Trials = 1 }); // behind the running batch, so that one is settled

        Assert.Equal((1, 1), (metrics["dc.requests", "outcome=cancelled"], metrics["dc.requests", "outcome=answered"]));
        Assert.InRange(metrics["dc.rows", "state=wasted"], 4, 8); // the running batch and, where there was one already, the assembled one
        Assert.Equal(5, metrics["dc.rows", "state=run"] - metrics["dc.rows", "state=wasted"]);
        Assert.Equal((0, 0), (metrics["dc.active_jobs"], metrics["dc.queued_rows"]));
    }

    [Fact(Timeout = Patience)]
    public async Task A_refused_request_counts_as_rejected_only_where_it_was_in_order()
    {
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { MaxActiveRequests = 0 }, null, new FakeDiffusionModel(Manifests.Classes(), 4));
        using var metrics = new RecordedMetrics(engine.Meter);

        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "none" }));

        Assert.Equal((2, 1), (metrics["dc.requests", "outcome=refused"], metrics["dc.admission.rejected", "reason=overloaded"]));
        Assert.Equal(1, metrics["dc.admission.rejected"]);
        Assert.Equal((0, 0), (metrics["dc.active_jobs"], metrics["dc.first_row.wait"]));
    }

    [Fact(Timeout = Patience)]
    public async Task A_failed_request_is_counted_as_failed()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var metrics = new RecordedMetrics(engine.Meter);
        model.BeforePredict = _ => throw new InvalidOperationException("broken");

        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));

        Assert.Equal((1, 0), (metrics["dc.requests", "outcome=failed"], metrics["dc.active_jobs"]));
    }
}
