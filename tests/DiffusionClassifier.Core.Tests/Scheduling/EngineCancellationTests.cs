using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineCancellationTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private const int Endless = 50_000; // trials that cannot all have run when another request is canceled

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 100 };

    [Fact(Timeout = Patience)]
    public async Task A_request_canceled_beforehand_costs_no_row()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        int before = model.Batches;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.ClassifyForAsync(Request, null, new CancellationToken(canceled: true)));

        Assert.Equal((before, 0), (model.Batches, engine.Host.Engine.ReservedRows));
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_canceled_while_it_waits_is_never_encoded()
    {
        List<string> encoded = [];
        var model = new FakeDiffusionModel(Manifests.Classes(), 4) { BeforeEncode = image => encoded.AddRange(image.Warnings) };
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        model.BeforePredict = _ => gate.Pass();
        var noise = new CountedNoise(awaited: 2); // five rows are two batches of at most four: one running, one assembled
        Task<ClassificationResult> busy = engine.ClassifyAsync(new Submission(Request with { Trials = 1 }) { Noise = noise });
        await Task.WhenAll(gate.Reached, noise.Reached);
        Task<ClassificationResult> waiting = engine.ClassifyForAsync(Request with { Image = new byte[] { 2 } }, null, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting); // while the device is still busy
        gate.Open();
        await busy;
        await engine.ClassifyAsync(Request with { Image = new byte[] { 3 }, Trials = 1 });
        Assert.Equal(["picture 1", "picture 3"], encoded);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_canceled_while_it_runs_costs_at_most_the_running_and_the_assembled_batch()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        int before = model.Batches;
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> running = engine.ClassifyForAsync(Request, null, cancellation.Token);
        await gate.Reached;

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        gate.Open();
        ClassificationResult next = await engine.ClassifyAsync(Request with { Trials = 4 });

        Assert.InRange(model.Batches - before - next.Cost.Batches, 1, 2);
        Assert.Equal(0, engine.Host.Engine.ReservedRows);
    }

    [Fact(Timeout = Patience)]
    public async Task Requests_canceled_at_any_moment_leave_the_others_right_and_nothing_behind()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 4, 16, 64);
        using TestEngine engine = await TestEngine.StartAsync(model);
        ClassificationRequest kept = Request with { Trials = 60 };
        double[] expected = [.. (await engine.ClassifyAsync(kept)).Labels.Select(label => label.MeanError)];
        var random = new Random(6);

        for (int round = 0; round < 20; round++)
        {
            using var cancellation = new CancellationTokenSource();
            int rowsLeft = random.Next(1, 1500);
            model.BeforePredict = batch =>
            {
                rowsLeft -= batch.Bucket;
                if (rowsLeft <= 0)
                    cancellation.Cancel();
            };
            Task<ClassificationResult>[] cancelled = [.. Enumerable.Range(0, 5).Select(i => engine.ClassifyForAsync(Request with { Image = new[] { (byte)(10 + i) }, Trials = Endless }, null, cancellation.Token))];
            Task<ClassificationResult> other = engine.ClassifyAsync(kept);

            Assert.Equal(expected, (await other).Labels.Select(label => label.MeanError));
            foreach (Task<ClassificationResult> task in cancelled)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            model.BeforePredict = null; // which keeps the round's source
        }

        Assert.Equal(0, engine.Host.Engine.ReservedRows);
    }
}
