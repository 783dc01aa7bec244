using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>How much the error of each timestep counts, and which β goes with that.</summary>
public class EngineWeightingTests
{
    private static readonly TimestepWeights Ramp = new([100, 899], [0, 4]);

    private static readonly ModelManifest Manifest = Manifests.Classes() with
    {
        FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L2] = 40 },
        FittedWeightings = new Dictionary<PredictionLoss, FittedWeighting> { [PredictionLoss.L2] = new(Ramp, 70), [PredictionLoss.L1] = new(Ramp, null) },
        CalibratedTrials = new Dictionary<PredictionLoss, int> { [PredictionLoss.L2] = 44 },
    };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 4 }, Trials = 11, Seed = 8 };

    public static TheoryData<Weighting, Func<int, double>> Formulas => new()
    {
        { Weighting.ClarkJaini, t => Math.Exp(-7 * t / 1000.0) / (Signal(t) / (1 - Signal(t))) },
        { Weighting.Vlb, t => (1 - Signal(t) / Signal(t - 1)) / (2 * (Signal(t) / Signal(t - 1)) * (1 - Signal(t))) },
        { Weighting.Fitted, t => 4 * (t - 100) / 799.0 },
    };

    [Theory]
    [MemberData(nameof(Formulas), DisableDiscoveryEnumeration = true)]
    public async Task A_weighting_gives_the_weighted_mean_of_the_errors(Weighting weighting, Func<int, double> weightOf)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 1, 4, 32));
        ClassificationRequest request = Request with { Weighting = weighting };

        ClassificationResult result = await engine.ClassifyAsync(request);

        Trial[] trials = SerialClassifier.Grid(Manifest, request);
        double[] weights = [.. trials.Select(trial => weightOf(trial.Timestep))];
        foreach (LabelResult label in result.Labels)
        {
            double[] errors = SerialClassifier.Errors(Manifest, request, SerialClassifier.ClassId(Manifest, label.Label), trials);
            double mean = errors.Zip(weights, (error, weight) => error * weight).Sum() / weights.Sum();
            Assert.Equal(mean, label.MeanError, 2e-5 * mean);
            Assert.Null(label.Elbo);
        }

        Assert.Equal(weighting, result.Weighting);
    }

    [Fact]
    public async Task A_uniform_weighting_gives_the_unweighted_answer_bit_for_bit()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32), new FakeDiffusionModel(Manifests.Classes("plain"), 32));

        ClassificationResult chosen = await engine.ClassifyAsync(Request with { Weighting = Weighting.Uniform, Model = "tiny" }), plain = await engine.ClassifyAsync(Request with { Model = "plain" });

        Assert.Equal(plain.Labels.Select(label => (label.Label, label.MeanError, label.Elbo)), chosen.Labels.Select(label => (label.Label, label.MeanError, label.Elbo)));
        Assert.Equal(Weighting.Uniform, plain.Weighting);
    }

    [Fact]
    public async Task A_model_with_fitted_weights_and_beta_uses_both_by_default()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));

        ClassificationResult result = await engine.ClassifyAsync(Request);

        Assert.Equal(Weighting.Fitted, result.Weighting);
        Assert.Equal(new PosteriorSummary(PosteriorPreset.Fitted, 70, Calibrated: true), result.Posterior);
    }

    [Theory]
    [InlineData(PredictionLoss.L2, Weighting.Uniform, PosteriorPreset.Fitted, 40)]
    [InlineData(PredictionLoss.L2, Weighting.Fitted, PosteriorPreset.Fitted, 70)]
    [InlineData(PredictionLoss.L2, Weighting.ClarkJaini, PosteriorPreset.Paper, 48)] // no β was fitted for these weights
    [InlineData(PredictionLoss.L1, Weighting.Fitted, PosteriorPreset.Paper, 48)]
    [InlineData(PredictionLoss.L1, null, PosteriorPreset.Paper, 48)]
    public void Loss_and_weighting_decide_the_fitted_beta_together(PredictionLoss loss, Weighting? weighting, PosteriorPreset preset, double beta)
    {
        JobSettings settings = Validate(Request with { Loss = loss, Weighting = weighting });

        Assert.Equal(new Sharpness(preset, beta), settings.Sharpness);
        Assert.Equal(weighting ?? Weighting.Uniform, settings.Weighting); // weights without a β of their own are no default
    }

    [Theory]
    [InlineData(10, true)] // 44 trials are more than four times as many
    [InlineData(11, false)]
    public void Far_fewer_trials_than_calibrated_with_are_warned_of(int trials, bool expected)
    {
        JobSettings settings = Validate(Request with { Trials = trials });

        Assert.Equal(expected, settings.Warnings.Any(warning => warning.Contains("calibrated on means over 44 trials", StringComparison.Ordinal)));
        Assert.Empty(Validate(Request with { Trials = trials, Posterior = PosteriorPreset.Paper }).Warnings); // nothing calibrated, nothing to warn of
    }

    [Theory]
    [InlineData(Weighting.ClarkJaini, PredictionLoss.L1, "'clark-jaini' is for squared errors, not for the loss 'l1'")]
    [InlineData(Weighting.Vlb, PredictionLoss.Vlb, "'vlb' is for squared errors, not for the loss 'vlb'")]
    [InlineData(Weighting.Fitted, PredictionLoss.Huber, "no fitted weights for the loss 'huber'")]
    public void A_weighting_that_does_not_go_with_the_loss_is_refused(Weighting weighting, PredictionLoss loss, string message)
    {
        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(Request with { Weighting = weighting, Loss = loss }, Manifest with { LearnedVariance = true }, new EngineOptions()));

        Assert.Equal((ClassificationError.InvalidRequest, "weighting"), (exception.Error, exception.Field));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Weighting.ClarkJaini)]
    [InlineData(Weighting.Vlb)]
    public void A_weighting_is_refused_where_a_timestep_has_no_signal(Weighting weighting)
    {
        ModelManifest manifest = Manifest with { Process = VariancePreserving.Create(new NoiseScheduleConfig { RescaleBetasZeroSnr = true }, PredictionType.Epsilon), TimestepFrom = 999, TimestepTo = 1000 };

        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(Request with { Weighting = weighting }, manifest, new EngineOptions()));

        Assert.Contains("has no value at timestep 999", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_all_zero_are_refused()
    {
        ModelManifest manifest = Manifest with { FittedWeightings = new Dictionary<PredictionLoss, FittedWeighting> { [PredictionLoss.L2] = new(new TimestepWeights([800, 899], [0, 1]), 70) } };

        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(Request with { Trials = 1 }, manifest, new EngineOptions()));

        Assert.Contains("send more trials", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_staged_request_with_weights_eliminates_by_weighted_errors()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));
        ClassificationRequest request = Request with { Trials = null, Strategy = Strategy.Staged, StageSamples = [5, 20], StageKeep = [2, 1], Weighting = Weighting.Fitted };

        ClassificationResult result = await engine.ClassifyAsync(request);

        StagedPlan plan = StagedPlan.Create([new Stage(5, 2), new Stage(20, 1)], 1, Manifest.TimestepFrom, Manifest.TimestepTo);
        Trial[] first = [.. Enumerable.Range(0, plan.Ends[0]).Select(position => plan.Trials[position])];
        string[] kept = [.. Manifest.Classes.OrderBy(name => SerialClassifier.Errors(Manifest, request, SerialClassifier.ClassId(Manifest, name), first).Zip(first, (error, trial) => error * Ramp.At(trial.Timestep)).Sum()).Take(2)];
        Assert.Equal(kept.Order(), result.Labels.Where(label => label.Evaluations > plan.Ends[0]).Select(label => label.Label).Order());
    }

    private static JobSettings Validate(ClassificationRequest request) => FakeJobs.Settings(request, Manifest, new EngineOptions());

    private static double Signal(int timestep) => Manifest.Process.Schedule!.AlphasCumprod[timestep];
}
