using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Draws that were chosen when the model was calibrated.</summary>
public sealed class EngineDrawsTests
{
    private static readonly Trial[] Best = [new(40, 300), new(7, 510), new(99, 222), new(3, 640)];

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
    public async Task Even_and_chosen_draws_are_different_questions()
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult chosen = await engine.ClassifyAsync(Request with { Trials = 3 });
        ClassificationResult even = await engine.ClassifyAsync(Request with { Trials = 3, Draws = DrawChoice.Even });

        Assert.NotEqual(chosen.Labels.Select(label => label.MeanError), even.Labels.Select(label => label.MeanError));
    }

    private static Task<TestEngine> StartAsync() => TestEngine.StartAsync(new FakeDiffusionModel(
        Manifests.Classes() with
        {
            ChosenDraws = new Dictionary<PredictionLoss, ChosenDraws> { [PredictionLoss.L2] = Chosen },
            FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L2] = 1_000 },
            CalibratedTrials = new Dictionary<PredictionLoss, int> { [PredictionLoss.L2] = 128 },
        },
        1, 4, 16));
}
