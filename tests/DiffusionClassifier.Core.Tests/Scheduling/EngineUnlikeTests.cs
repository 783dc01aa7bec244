using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Images unlike those that a model knows, and answers that are none of the labels.</summary>
public sealed class EngineUnlikeTests
{
    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 4 }, Trials = 16, Strategy = Strategy.Fixed };

    [Fact]
    public async Task An_image_with_usual_errors_is_not_warned_of()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(await KnowingAsync(usual: 1), 16));

        ClassificationResult answer = await engine.ClassifyAsync(Request);

        Assert.Equal(0.5, answer.OutOfDistribution!.Value, 0.01);
        Assert.True(answer.Posterior.Calibrated);
        Assert.DoesNotContain(answer.Warnings, warning => warning.Contains("unlike", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_with_errors_far_above_the_usual_ones_is_warned_of_and_never_calibrated()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(await KnowingAsync(usual: 0.05), 16));

        ClassificationResult answer = await engine.ClassifyAsync(Request);

        Assert.Equal(1, answer.OutOfDistribution);
        Assert.False(answer.Posterior.Calibrated);
        Assert.NotNull(answer.Prediction);
        Assert.Contains("its errors are 20.0 times the usual ones, above those of 100.0% of the calibration images", answer.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_of_the_timesteps_do_not_make_an_image_odd()
    {
        ModelManifest manifest = await KnowingAsync(usual: 1);
        var weighting = new FittedWeighting(new TimestepWeights([100, 899], [1, 9]), 5);
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest with { FittedWeightings = new Dictionary<PredictionLoss, FittedWeighting> { [PredictionLoss.L2] = weighting } }, 16));

        ClassificationResult answer = await engine.ClassifyAsync(Request with { Weighting = Weighting.Fitted });

        Assert.InRange(answer.OutOfDistribution!.Value, 0.3, 0.7);
    }

    [Fact]
    public async Task A_loss_that_the_model_was_not_calibrated_for_says_nothing_of_the_image()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(await KnowingAsync(usual: 0.05), 16));

        ClassificationResult answer = await engine.ClassifyAsync(Request with { Loss = PredictionLoss.L1 });

        Assert.Null(answer.OutOfDistribution);
        Assert.DoesNotContain(answer.Warnings, warning => warning.Contains("unlike", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1e12, true)] // all labels alike
    [InlineData(1, 1e-12, false)]
    [InlineData(0.05, 1e-12, true)] // sure, of an image that it does not know
    public async Task The_answer_is_none_of_the_labels_where_it_is_not_sure_or_does_not_know_the_image(double usual, double temperature, bool rejected)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(await KnowingAsync(usual), 16));

        ClassificationResult answer = await engine.ClassifyAsync(Request with { RejectBelow = 0.9, Temperature = temperature });

        Assert.Equal((rejected, rejected), (answer.Decision.Rejected, answer.Prediction is null));
        Assert.Equal(5, answer.Labels.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public async Task An_impossible_posterior_is_not_a_limit(double posterior)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 16));

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { RejectBelow = posterior }));

        Assert.Equal((ClassificationError.InvalidRequest, "rejectBelow"), (exception.Error, exception.Field));
    }

    [Fact]
    public async Task A_free_text_model_that_was_not_named_does_not_answer_for_an_image_that_it_does_not_know()
    {
        ModelManifest text = (await KnowingAsync(usual: 0.01)) with { Id = "text", Conditioning = ConditioningKind.Text, Classes = [], Template = "{label}" };
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes("classes"), 16), new FakeDiffusionModel(text, 16));
        ClassificationRequest request = Request with { Labels = ["a person", "a tree"] };

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(request));
        ClassificationResult named = await engine.ClassifyAsync(request with { Model = "text" });

        Assert.Equal((ClassificationError.UnknownLabel, "labels"), (exception.Error, exception.Field));
        Assert.Contains("the image is unlike those that 'text' knows", exception.Message, StringComparison.Ordinal);
        Assert.False(named.Posterior.Calibrated);
    }

    [Fact]
    public async Task Captions_for_an_image_that_the_chosen_model_does_not_know_are_refused_by_their_own_field()
    {
        ModelManifest text = (await KnowingAsync(usual: 0.01)) with { Id = "text", Conditioning = ConditioningKind.Text, Classes = [], Template = "{label}" };
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes("classes"), 16), new FakeDiffusionModel(text, 16));
        var request = new MatchRequest { Images = [new byte[] { 4 }], Captions = ["a person", "a tree"], Trials = 16 };

        var exception = await Assert.ThrowsAsync<ClassificationException>(
            () => new ImageTextMatcher(engine.Host.Engine, new EngineOptions()).MatchAsync(request, Caller.Anonymous, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((ClassificationError.UnknownLabel, "captions"), (exception.Error, exception.Field));
        Assert.StartsWith("No caption is a class", exception.Message, StringComparison.Ordinal);
    }

    // A model whose errors on the test's image are 1/usual times what it says that they usually are.
    private static async Task<ModelManifest> KnowingAsync(double usual)
    {
        ModelManifest manifest = Manifests.Classes() with { FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L2] = 5 } };
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest, 16));
        double error = (await engine.ClassifyAsync(Request)).Labels[0].MeanError;
        var errors = new UsualErrors(new TimestepWeights([100], [usual * error]), [0.2, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.4, 1.5, 2, 3]);
        return manifest with { UsualErrors = new Dictionary<PredictionLoss, UsualErrors> { [PredictionLoss.L2] = errors } };
    }
}
