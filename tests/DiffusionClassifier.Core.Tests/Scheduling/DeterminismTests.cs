using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class DeterminismTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16, Seed = 3 };

    [Fact(Timeout = Patience)]
    public async Task A_deterministic_request_runs_in_the_smallest_batches_whatever_else_runs()
    {
        FakeDiffusionModel model = RoundingModel();
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult alone = await engine.ClassifyAsync(Request with { Deterministic = true });
        Task<ClassificationResult> beside = engine.ClassifyAsync(Request with { Image = new byte[] { 2 }, Trials = 200 });
        ClassificationResult amongOthers = await engine.ClassifyAsync(Request with { Deterministic = true });

        Assert.Equal(alone.Labels.Select(label => label.MeanError), amongOthers.Labels.Select(label => label.MeanError));
        Assert.Equal(80 / 2, amongOthers.Cost.Batches);
        Assert.True((await beside).Cost.Batches < 1000 / 8); // others keep their larger ones
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_is_not_deterministic_depends_on_the_batch_size_that_the_model_rounds_by()
    {
        using TestEngine engine = await TestEngine.StartAsync(RoundingModel());

        ClassificationResult pinned = await engine.ClassifyAsync(Request with { Deterministic = true });
        ClassificationResult free = await engine.ClassifyAsync(Request);

        Assert.NotEqual(pinned.Labels.Select(label => label.MeanError), free.Labels.Select(label => label.MeanError));
    }

    // As kernels of different batch sizes round differently.
    private static FakeDiffusionModel RoundingModel() => new(Manifests.Classes(), 2, 4, 16)
    {
        AfterPredict = batch =>
        {
            for (int row = 0; row < batch.Bucket; row++)
                batch.Predicted(row)[0] += 1e-6f * batch.Bucket;
        },
    };
}
