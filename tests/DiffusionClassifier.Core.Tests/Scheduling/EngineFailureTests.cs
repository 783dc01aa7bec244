using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineFailureTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 8 };

    [Fact(Timeout = Patience)]
    public async Task A_model_that_throws_once_fails_that_request_and_answers_the_next()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 64);
        using TestEngine engine = await TestEngine.StartAsync(model);
        string expected = Means(await engine.ClassifyAsync(Request));
        model.BeforePredict = _ => throw new InvalidOperationException("the device is on fire");

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
        model.BeforePredict = null;
        string next = Means(await engine.ClassifyAsync(Request));

        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        Assert.DoesNotContain("on fire", exception.Message, StringComparison.Ordinal);
        Assert.Equal(expected, next);
    }

    [Fact(Timeout = Patience)]
    public async Task An_encoding_that_throws_fails_that_request_alone()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 64) { BeforeEncode = image => Assert.DoesNotContain("picture 13", image.Warnings) };
        using TestEngine engine = await TestEngine.StartAsync(model);

        Task<ClassificationResult> bad = engine.ClassifyAsync(Request with { Image = new byte[] { 13 } }), good = engine.ClassifyAsync(Request);

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => bad);
        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        Assert.Equal(40, (await good).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_row_that_is_not_a_number_is_named_and_spares_the_other_requests_of_the_batch()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        Trial last = TrialPlan.Uniform(8, 100, 900, seed: 0)[7]; // by then both requests have rows in every batch
        ClassificationRequest doomed = Request with { Labels = ["class 0", "class 3"] }, spared = Request with { Labels = ["class 2", "class 4"] };
        ClassificationResult alone = await engine.ClassifyAsync(spared);
        model.AfterPredict = batch => Poison(batch, classId: 3, last.Timestep);

        (Task<ClassificationResult> first, Task<ClassificationResult> second) = await InSharedBatches(engine, model, doomed, spared);

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => first);
        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        Assert.Contains($"'class 3', trial (timestep {last.Timestep}, noise {last.NoiseIndex})", exception.Message, StringComparison.Ordinal);
        AssertSharedYetEqual(alone, await second);
        Assert.Equal(0, engine.Host.Engine.ReservedRows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_progress_handler_that_throws_fails_that_request_alone()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        ClassificationResult alone = await engine.ClassifyAsync(Request);
        var broken = new RecordedProgress(report => Assert.True(report.Rows < 32, "the client is gone"));

        (Task<ClassificationResult> first, Task<ClassificationResult> second) = await InSharedBatches(engine, model, Request, Request, broken);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => first);
        Assert.Contains("the client is gone", exception.Message, StringComparison.Ordinal);
        AssertSharedYetEqual(alone, await second);
    }

    [Fact(Timeout = Patience)]
    public async Task A_bad_image_costs_nothing()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 64);
        using TestEngine engine = await TestEngine.StartAsync(model);
        int before = model.Batches;

        var header = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Image = FakeImagePreprocessor.BadHeader }));
        var pixels = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Image = FakeImagePreprocessor.BadPixels }));

        Assert.Equal((ClassificationError.UnsupportedImageFormat, ClassificationError.InvalidImage), (header.Error, pixels.Error));
        Assert.Equal((0, before), (engine.Host.Engine.ReservedRows, model.Batches));
    }

    [Fact(Timeout = Patience)]
    public async Task An_unknown_model_is_refused_with_the_names_of_the_known_ones()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes("one"), 4), new FakeDiffusionModel(Manifests.Classes("two"), 4));

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "three" }));

        Assert.Equal((ClassificationError.UnknownModel, "model"), (exception.Error, exception.Field));
        Assert.Contains("one, two", exception.Message, StringComparison.Ordinal);
    }

    // While the device is busy with a request of its own, two more arrive: most of their rows are then assembled together.
    private static async Task<(Task<ClassificationResult> First, Task<ClassificationResult> Second)> InSharedBatches(
        TestEngine engine, FakeDiffusionModel model, ClassificationRequest first, ClassificationRequest second, IProgress<ClassificationProgress>? progress = null)
    {
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> busy = engine.ClassifyAsync(Request with { Labels = ["class 1"], Trials = 1 });
        await gate.Reached;
        (Task<ClassificationResult> one, Task<ClassificationResult> two) = (engine.ClassifyAsync(first, progress), engine.ClassifyAsync(second));
        await Eventually.Holds(() => engine.Host.Engine.SubmittedRequests == 3);
        gate.Open();
        await busy;
        await Task.WhenAll(one, two).ContinueWith(_ => { }, TaskScheduler.Default);
        return (one, two);
    }

    private static void AssertSharedYetEqual(ClassificationResult alone, ClassificationResult shared)
    {
        Assert.Equal(Means(alone), Means(shared));
        Assert.True(shared.Cost.Batches > alone.Cost.Batches, "the requests never shared a batch");
    }

    private static void Poison(DenoisingBatch batch, long classId, long timestep)
    {
        for (int row = 0; row < batch.Bucket; row++)
        {
            if (batch.Conditionings[row] is ClassConditioning conditioning && conditioning.ClassId == classId && batch.Timesteps[row] == timestep)
                batch.Predicted(row)[5] = float.NaN;
        }
    }

    private static string Means(ClassificationResult result) => string.Join(' ', result.Labels.Select(label => $"{label.Label}={label.MeanError:R}"));
}
