using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Draws that were chosen when the model was calibrated.</summary>
public sealed class EngineDrawsTests
{
    private static readonly Trial[] Best = [new(40, 300), new(7, 510), new(99, 222), new(3, 640)];

    private static readonly Trial[] Many = [.. Enumerable.Range(0, 32).Select(i => new Trial(i, 110 + 20 * i))];

    private static readonly ChosenDraws Chosen = new(seed: 0, Best, [100, 200, 300, 400]);

    private static ClassificationRequest Request => new() { Image = new byte[] { 5 }, Strategy = Strategy.Fixed };

    [Theory]
    [InlineData(Strategy.Fixed, 3, null, null, 3)]
    [InlineData(Strategy.Fixed, 4, null, null, 4)]
    [InlineData(Strategy.Fixed, 5, null, null, 0)]
    [InlineData(Strategy.Fixed, 5, 60_000, null, 4)]
    [InlineData(Strategy.Fixed, 5, null, DrawChoice.Chosen, 4)]
    [InlineData(Strategy.Fixed, 3, null, DrawChoice.Even, 0)]
    [InlineData(Strategy.Fast, 64, null, null, 4)]
    [InlineData(Strategy.Fast, 64, null, DrawChoice.Even, 0)]
    [InlineData(Strategy.Race, 3, null, null, 0)]
    [InlineData(Strategy.ClarkJaini, 3, 60_000, null, 0)]
    public async Task They_come_first_where_few_draws_decide_unless_the_request_says_otherwise(
        Strategy strategy, int trials, int? deadline, DrawChoice? draws, int chosen)
    {
        using TestEngine engine = await StartAsync();
        ClassificationRequest request = Request with { Strategy = strategy, Trials = trials, DeadlineMs = deadline, Draws = draws };

        TrialPlan plan = engine.Host.Engine.Prepare(new Submission(request)).Plan;
        ClassificationResult result = await engine.ClassifyAsync(request);

        Trial[] order = [.. Enumerable.Range(0, plan.Count).Select(position => plan[position])];
        Assert.Equal(trials, order.Length);
        Assert.Equal(chosen > 0 ? Math.Min(chosen, result.Decision.Trials) : null, result.Decision.ChosenDraws);
        if (chosen > 0)
            Assert.Equal(Best[..chosen], order[..chosen]);
        Assert.Equal(trials, order.Select(trial => trial.NoiseIndex).Distinct().Count()); // no noise twice
        Assert.All(order, trial => Assert.InRange(trial.Timestep, 100, 899));
    }

    [Fact]
    public async Task The_posterior_is_that_which_was_fitted_to_as_many_of_them()
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult three = await engine.ClassifyAsync(Request with { Trials = 3 }), five = await engine.ClassifyAsync(Request with { Trials = 5 });

        Assert.Equal((PosteriorPreset.Fitted, 300.0), (three.Posterior.Preset, three.Posterior.Beta));
        Assert.DoesNotContain(three.Warnings, warning => warning.Contains("calibrated on", StringComparison.Ordinal));
        Assert.Equal(1_000, five.Posterior.Beta);
        Assert.Contains(five.Warnings, warning => warning.Contains("calibrated on means over 128 trials", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("strategy 'race'")]
    [InlineData("seed 0")]
    [InlineData("noiseDraws")]
    [InlineData("weighting 'vlb'")]
    [InlineData("loss 'l1'")]
    public async Task Asking_for_them_where_they_do_not_belong_is_refused_with_the_reason(string reason)
    {
        using TestEngine engine = await StartAsync();
        ClassificationRequest asked = Request with { Trials = 3, Draws = DrawChoice.Chosen };
        ClassificationRequest request = reason switch
        {
            "strategy 'race'" => asked with { Strategy = Strategy.Race },
            "seed 0" => asked with { Seed = 1 },
            "noiseDraws" => asked with { NoiseDraws = 2 },
            "weighting 'vlb'" => asked with { Weighting = Weighting.Vlb },
            _ => asked with { Loss = PredictionLoss.L1 },
        };

        ClassificationException exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(request));
        ClassificationResult even = await engine.ClassifyAsync(request with { Draws = null });

        Assert.Equal("draws", exception.Field);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Null(even.Decision.ChosenDraws);
    }

    [Fact]
    public async Task An_answer_on_fewer_of_them_has_the_posterior_that_was_fitted_to_those()
    {
        var model = new FakeDiffusionModel(Manifest() with { ChosenDraws = Of(new(0, Many, Many.Select((_, i) => 100.0 * (i + 1)))) }, 1, 4, 16);
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult fast = await engine.ClassifyAsync(Request with { Strategy = Strategy.Fast, Trials = 64 });

        Assert.InRange(fast.Decision.Trials, 8, Many.Length);
        Assert.Equal(100.0 * fast.Decision.Trials, fast.Posterior.Beta);

        ClassificationResult unequal = await engine.ClassifyAsync(
            Request with { Strategy = Strategy.Fast, Trials = 64, Priors = [1, 1e-6, 1, 1e-9, 1e-3] });
        Assert.Equal(unequal.Labels.Max(label => label.Posterior), unequal.Labels[0].Posterior); // the winner is what the posterior says
    }

    [Fact]
    public async Task Trials_that_are_added_leave_the_chosen_ones_where_they_are_and_have_noise_of_their_own()
    {
        using TestEngine engine = await StartAsync();
        var submission = new Submission(Request with { Trials = 3 });

        JobSettings before = engine.Host.Engine.Prepare(submission), after = engine.Host.Engine.Prepare(submission with { FurtherTrials = [5] });

        Trial[] trials = [.. Enumerable.Range(0, after.Plan.Count).Select(position => after.Plan[position])];
        Assert.Equal(Best[..3], trials[..3]);
        Assert.Equal(8, trials.Select(trial => trial.NoiseIndex).Distinct().Count());
        Assert.Equal((300.0, 1_000.0), (before.Sharpness.Beta, after.Sharpness.Beta)); // what is added is even
    }

    [Fact]
    public async Task Captions_are_never_compared_on_them()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Text() with { ChosenDraws = Of(Chosen) }, 1, 4));

        JobSettings settings = engine.Host.Engine.Prepare(ImageTextMatcher.AsSubmission(
            new MatchRequest { Images = [new byte[] { 1 }], Captions = ["a", "b"], Trials = 3 }));

        Assert.Null(settings.Chosen);
    }

    [Fact]
    public async Task Even_and_chosen_draws_are_different_questions()
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult chosen = await engine.ClassifyAsync(Request with { Trials = 3 });
        ClassificationResult even = await engine.ClassifyAsync(Request with { Trials = 3, Draws = DrawChoice.Even });

        Assert.NotEqual(chosen.Labels.Select(label => label.MeanError), even.Labels.Select(label => label.MeanError));
    }

    private static Task<TestEngine> StartAsync() => TestEngine.StartAsync(new FakeDiffusionModel(Manifest(), 1, 4, 16));

    private static ModelManifest Manifest() => Manifests.Classes() with
    {
        ChosenDraws = Of(Chosen),
        FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L2] = 1_000 },
        CalibratedTrials = new Dictionary<PredictionLoss, int> { [PredictionLoss.L2] = 128 },
    };

    private static Dictionary<PredictionLoss, ChosenDraws> Of(ChosenDraws chosen) => new() { [PredictionLoss.L2] = chosen };
}
