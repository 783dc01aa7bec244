using System.Diagnostics;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Telemetry;

public class RequestTraceTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 3 };

    [Fact(Timeout = Patience)]
    public async Task An_answered_request_has_a_span_for_each_phase_in_order()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));
        using var spans = new RecordedSpans();

        ClassificationResult result = await engine.ClassifyAsync(Request);

        Assert.Equal(["admission", "decode", "queue", "encode", "denoise", "classify"], spans.Ended.Select(span => span.OperationName));
        Activity classify = spans.Single("classify");
        Activity[] phases = [.. spans.Ended.Where(span => span != classify)];
        Assert.All(phases, phase => Assert.Equal(classify.SpanId, phase.ParentSpanId));
        Assert.Equal(phases.OrderBy(phase => phase.StartTimeUtc), phases);
        Assert.All(phases, phase => Assert.True(phase.StartTimeUtc >= classify.StartTimeUtc && phase.Duration >= TimeSpan.Zero));
        Assert.Equal(result.Id, classify.GetTagItem("dc.id"));
        Assert.Equal(("answered", "tiny", "fixed"), (classify.GetTagItem("dc.outcome"), classify.GetTagItem("dc.model"), classify.GetTagItem("dc.strategy")));
        Assert.Equal((15, 15, 2), (classify.GetTagItem("dc.rows.fixed"), classify.GetTagItem("dc.rows"), classify.GetTagItem("dc.batches")));
        Assert.Equal(ActivityStatusCode.Unset, classify.Status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_refused_request_says_why_in_a_word()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));
        using var spans = new RecordedSpans();

        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = [new LabelSpec("no such label")] }));

        Assert.Equal(["admission", "classify"], spans.Ended.Select(span => span.OperationName));
        Activity classify = spans.Single("classify");
        Assert.Equal(("refused", "unknown_label"), (classify.GetTagItem("dc.outcome"), classify.GetTagItem("error.type")));
        Assert.Equal(ActivityStatusCode.Unset, classify.Status); // the client's mistake
    }

    [Fact(Timeout = Patience)]
    public async Task A_failed_request_is_an_error_without_the_message()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var spans = new RecordedSpans();
        model.BeforePredict = _ => throw new InvalidOperationException("broken");

        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));

        Activity classify = spans.Single("classify");
        Assert.Equal((ActivityStatusCode.Error, null), (classify.Status, classify.StatusDescription));
        Assert.Equal(("failed", "model_failure"), (classify.GetTagItem("dc.outcome"), classify.GetTagItem("error.type")));
        Assert.Empty(classify.Events);
        Assert.Contains(spans.Ended, span => span.OperationName == "denoise"); // lasted until the failure
    }

    [Fact(Timeout = Patience)]
    public async Task A_canceled_request_ends_in_the_phase_that_it_was_in()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        model.BeforeEncode = _ => gate.Pass();
        using var spans = new RecordedSpans();
        Task<ClassificationResult> running = engine.ClassifyForAsync(Request, null, cancellation.Token);
        await gate.Reached;

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        gate.Open();

        Assert.Equal(["admission", "decode", "queue", "encode", "classify"], spans.Ended.Select(span => span.OperationName));
        Assert.Equal("cancelled", spans.Single("classify").GetTagItem("dc.outcome"));
        Assert.Null(spans.Single("classify").GetTagItem("error.type"));
    }
}
