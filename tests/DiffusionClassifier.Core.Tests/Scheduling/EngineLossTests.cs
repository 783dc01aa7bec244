using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Losses with a term of the variational bound, noise shared out among trials, and numbers that are not finite.</summary>
public class EngineLossTests
{
    private static readonly ModelManifest Dit = Manifests.Classes() with { LearnedVariance = true, Process = VariancePreserving.Create(new NoiseScheduleConfig(), PredictionType.Epsilon), TimestepFrom = 0, TimestepTo = 1000 };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 4 }, Trials = 11, Seed = 8 };

    [Theory]
    [InlineData(PredictionLoss.Vlb, PredictionType.Epsilon, 11)]
    [InlineData(PredictionLoss.Vlb, PredictionType.VPrediction, 11)]
    [InlineData(PredictionLoss.L2Vlb, PredictionType.Epsilon, 11)]
    [InlineData(PredictionLoss.L2Vlb, PredictionType.Epsilon, 1000)] // every timestep, the first and last included
    [InlineData(PredictionLoss.L2, PredictionType.Epsilon, 11)]
    [InlineData(PredictionLoss.Huber, PredictionType.Epsilon, 11)]
    public async Task Learned_variance_gives_the_answer_of_the_formula(PredictionLoss loss, PredictionType prediction, int trials)
    {
        ModelManifest manifest = Dit with { Process = VariancePreserving.Create(new NoiseScheduleConfig(), prediction) };
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest, 1, 4, 32));
        ClassificationRequest request = Request with { Loss = loss, Trials = trials };

        ClassificationResult result = await engine.ClassifyAsync(request);

        double[] expected = SerialClassifier.MeanErrors(manifest, request);
        foreach (LabelResult label in result.Labels)
        {
            double mean = expected[SerialClassifier.ClassId(manifest, label.Label)];
            Assert.Equal(mean, label.MeanError, 2e-5 * mean);
            Assert.Equal(loss == PredictionLoss.L2, label.Elbo is not null);
        }

        Assert.Equal((loss, manifest.Classes[expected.Index().MinBy(pair => pair.Item).Index]), (result.Loss, result.Prediction));
    }

    [Fact]
    public async Task The_loss_of_L2_and_VLB_is_the_sum_of_both()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Dit, 32));

        Dictionary<string, double> l2 = await Means(PredictionLoss.L2), vlb = await Means(PredictionLoss.Vlb), both = await Means(PredictionLoss.L2Vlb);

        Assert.All(both, pair => Assert.Equal(l2[pair.Key] + vlb[pair.Key], pair.Value, 1e-12 * pair.Value));

        async Task<Dictionary<string, double>> Means(PredictionLoss loss) =>
            (await engine.ClassifyAsync(Request with { Loss = loss })).Labels.ToDictionary(label => label.Label, label => label.MeanError);
    }

    [Theory]
    [InlineData(PredictionLoss.Vlb, "'vlb'")]
    [InlineData(PredictionLoss.L2Vlb, "'l2-vlb'")]
    public async Task The_bound_without_learned_variance_is_refused_by_its_word(PredictionLoss loss, string word)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Loss = loss }));

        Assert.Equal((ClassificationError.InvalidRequest, "loss"), (exception.Error, exception.Field));
        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(11)]
    public async Task Noise_draws_are_shared_out_in_turn(int draws)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 1, 16));
        var bank = new StoredNoise(RandomArrays.Normal(new Random(3), draws * 48), 48);
        ClassificationRequest request = Request with { NoiseDraws = draws };
        Submission submission = new(request) { Noise = bank }; // a draw beyond the bank would fail the request

        ClassificationResult result = await engine.ClassifyAsync(submission);

        double[] expected = SerialClassifier.MeanErrors(Manifests.Classes(), request, bank);
        Assert.All(result.Labels, label => Assert.Equal(expected[SerialClassifier.ClassId(Manifests.Classes(), label.Label)], label.MeanError, 1e-5));
    }

    [Fact]
    public async Task A_noise_draw_for_every_trial_changes_nothing()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 16));

        ClassificationResult without = await engine.ClassifyAsync(Request), with = await engine.ClassifyAsync(Request with { NoiseDraws = 11 });

        Assert.Equal(without.Labels, with.Labels);
    }

    [Fact]
    public async Task A_prediction_that_is_not_a_number_is_named_by_label_trial_and_timestep()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        ClassificationRequest request = Request with { Labels = ["cat", new("dog", ["a dog", "the hound"])], Trials = 8, NoiseDraws = 2 };
        ClassificationResult before = await engine.ClassifyAsync(request);
        model.AfterPredict = batch => Poison(batch, "the hound", timestep: 450); // trial 3: 100 + 800·3.5/8

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(request));
        ClassificationResult spared = await engine.ClassifyAsync(request with { Labels = ["cat"] });

        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        Assert.Contains("'dog', trial (timestep 450, noise 1)", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before.Labels.Single(label => label.Label == "cat").MeanError, spared.Labels[0].MeanError);
    }

    [Theory]
    [InlineData(PredictionLoss.Vlb)]
    [InlineData(PredictionLoss.L2Vlb)]
    public async Task A_variance_that_is_not_a_finite_number_fails_the_request(PredictionLoss loss)
    {
        var model = new FakeDiffusionModel(Dit, 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        model.AfterPredict = batch => batch.PredictedVariance(0)[3] = float.PositiveInfinity;

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Loss = loss }));
        ClassificationResult withoutBound = await engine.ClassifyAsync(Request with { Loss = PredictionLoss.L2 });

        Assert.Contains("not a finite number", exception.Message, StringComparison.Ordinal);
        Assert.Equal(5, withoutBound.Labels.Count);
    }

    [Fact]
    public async Task A_label_is_certain_where_all_other_priors_are_zero()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Priors = [0, 0, 1e-300, 0, 0] });

        Assert.Equal(("class 2", 1.0, 1.0), (result.Prediction, result.Labels[0].Prior, result.Labels[0].Posterior));
        Assert.Equal(["class 2", "class 0", "class 1", "class 3", "class 4"], result.Labels.Select(label => label.Label)); // ties keep the order of the request
        Assert.All(result.Labels.Skip(1), label => Assert.Equal((0.0, 0.0), (label.Prior, label.Posterior)));
    }

    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e12)]
    public async Task Posteriors_stay_finite_at_an_extreme_temperature(double temperature)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Temperature = temperature, Priors = [1, 1, 1, 1, 1] });

        Assert.Equal(1, result.Labels.Sum(label => label.Posterior), 1e-12);
        Assert.Equal(temperature < 1 ? 1 : 0.2, result.Labels[0].Posterior, 1e-9);
        Assert.Equal(result.Labels.MinBy(label => label.MeanError)!.Label, result.Prediction);
    }

    private static void Poison(DenoisingBatch batch, string prompt, long timestep)
    {
        for (int row = 0; row < batch.Bucket; row++)
        {
            if (batch.Conditionings[row] is TextConditioning text && (long)text.HiddenStates[0] == FakeDiffusionModel.PromptId(prompt) && batch.Timesteps[row] == timestep)
                batch.Predicted(row)[7] = float.NaN;
        }
    }
}
