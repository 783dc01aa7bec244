using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineAdmissionTests
{
    private const int Patience = 30_000; // ms; a request that nobody answers shows as a failed test, not as a hanging run

    private static readonly EngineOptions Options = new() { MaxQueuedRows = 100, RetryAfter = TimeSpan.FromSeconds(7) };
    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16 }; // 80 rows

    [Fact(Timeout = Patience)]
    public async Task ClassifyAsync_MoreRowsThanFit_IsOverloadedUntilRowsAreFree()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> first = engine.ClassifyAsync(Request);
        await gate.Reached;

        var refused = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Trials = 5 }));
        Task<ClassificationResult> small = engine.ClassifyAsync(Request with { Trials = 4 });
        long reserved = engine.Host.Engine.ReservedRows;
        gate.Open();
        await Task.WhenAll(first, small);
        await engine.ClassifyAsync(Request with { Trials = 20 });

        Assert.Equal((ClassificationError.Overloaded, TimeSpan.FromSeconds(7)), (refused.Error, refused.RetryAfter));
        Assert.Equal((100, 0), (reserved, engine.Host.Engine.ReservedRows));
    }

    [Fact(Timeout = Patience)]
    public async Task ClassifyAsync_RequestsThatFail_GiveTheirReservationBack()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);

        model.BeforePredict = _ => throw new InvalidOperationException();
        for (int i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
            await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Image = FakeImagePreprocessor.BadPixels }));
        }

        Assert.Equal(0, engine.Host.Engine.ReservedRows);
    }

    [Fact(Timeout = Patience)]
    public async Task ClassifyAsync_ManyAtOnce_NeverReserveMoreThanTheLimit()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);
        long most = 0;
        model.BeforePredict = _ => most = Math.Max(most, engine.Host.Engine.ReservedRows);

        ClassificationError?[] outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Outcome(Request with { Trials = 1 + i % 10 }), TestContext.Current.CancellationToken)));

        Assert.All(outcomes, outcome => Assert.True(outcome is null or ClassificationError.Overloaded));
        Assert.Contains(null, outcomes);
        Assert.InRange(most, 1, 100);
        Assert.Equal(0, engine.Host.Engine.ReservedRows);

        async Task<ClassificationError?> Outcome(ClassificationRequest request)
        {
            try
            {
                await engine.ClassifyAsync(request);
                return null;
            }
            catch (ClassificationException exception)
            {
                return exception.Error;
            }
        }
    }
}
