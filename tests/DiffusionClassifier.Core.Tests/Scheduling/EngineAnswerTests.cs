using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineAnswerTests
{
    [Theory]
    [InlineData(PredictionType.Epsilon, PredictionLoss.L2, new[] { 1 })]
    [InlineData(PredictionType.Epsilon, PredictionLoss.L2, new[] { 1, 2, 4, 8 })]
    [InlineData(PredictionType.Epsilon, PredictionLoss.L1, new[] { 16 })]
    [InlineData(PredictionType.Epsilon, PredictionLoss.Huber, new[] { 3, 64 })]
    [InlineData(PredictionType.VPrediction, PredictionLoss.L2, new[] { 1, 2, 4, 8 })]
    [InlineData(PredictionType.Sample, PredictionLoss.L2, new[] { 7 })]
    public async Task An_answer_agrees_with_the_formula_whatever_the_prediction_loss_and_batch_sizes(PredictionType prediction, PredictionLoss loss, int[] buckets)
    {
        var model = new FakeDiffusionModel(Manifests.Classes(prediction: prediction), buckets);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var request = new ClassificationRequest { Image = new byte[] { 3 }, Trials = 13, Loss = loss, Seed = 77 };

        ClassificationResult result = await engine.ClassifyAsync(request);

        double[] expected = SerialClassifier.MeanErrors(model.Manifest, request);
        foreach (LabelResult label in result.Labels)
            Assert.Equal(expected[model.Manifest.Classes.Index().First(pair => pair.Item == label.Label).Index], label.MeanError, 1e-5);
        Assert.Equal(model.Manifest.Classes[expected.Index().MinBy(pair => pair.Item).Index], result.Prediction);
    }

    [Fact]
    public async Task The_answer_to_a_default_request_describes_itself_completely()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 4, 16);
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult result = await engine.ClassifyAsync(new ClassificationRequest { Image = new byte[] { 9 }, Seed = 5 });

        Assert.Equal(("tiny", 5UL, PredictionLoss.L2), (result.Model, result.Seed, result.Loss));
        Assert.Equal(new PosteriorSummary(PosteriorPreset.Paper, 48, false), result.Posterior);
        Assert.Equal((40, 40), (result.Cost.Rows, result.Cost.FixedRows));
        Assert.InRange(result.Cost.Batches, 3, 4); // the last 8 rows in a padded 16 or in two 4s, whichever took less time so far
        Assert.Equal((Strategy.Fixed, true, 8, 8), (result.Decision.Strategy, result.Decision.Complete, result.Decision.Trials, result.Decision.MaxTrials));
        Assert.Equal(["picture 9"], result.Warnings);
        Assert.Equal(5, result.Labels.Count);
        Assert.Equal(result.Prediction, result.Labels[0].Label);
        Assert.Null(result.Labels[0].StandardError);
        Assert.Equal(result.Labels[1].StandardError, result.Decision.MarginStandardError);
        Assert.Equal(result.Labels[1].MeanError - result.Labels[0].MeanError, result.Decision.Margin!.Value, 1e-12);
        Assert.All(result.Labels, label => Assert.Equal((8, null, 0.2, -48 * label.MeanError), (label.Evaluations, label.EliminatedAt, label.Prior, label.Elbo)));
        Assert.Equal(result.Labels.Select(label => label.Posterior).OrderDescending(), result.Labels.Select(label => label.Posterior));
        Assert.Equal(1, result.Labels.Sum(label => label.Posterior), 1e-12);
    }

    [Fact]
    public async Task A_single_label_in_a_single_trial_is_certain_and_has_no_standard_error()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));

        ClassificationResult result = await engine.ClassifyAsync(new ClassificationRequest { Image = new byte[] { 1 }, Labels = ["CLASS 2"], Trials = 1 });

        LabelResult label = Assert.Single(result.Labels);
        Assert.Equal(("CLASS 2", 1.0, null), (label.Label, label.Posterior, label.StandardError));
        Assert.Equal((null, null), (result.Decision.Margin, result.Decision.MarginStandardError));
    }

    [Fact]
    public async Task A_label_with_a_prior_of_zero_never_wins()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var request = new ClassificationRequest { Image = new byte[] { 1 } };
        string best = (await engine.ClassifyAsync(request)).Prediction!;

        ClassificationResult result = await engine.ClassifyAsync(request with { Priors = [.. model.Manifest.Classes.Select(name => name == best ? 0.0 : 2.0)] });

        Assert.NotEqual(best, result.Prediction);
        Assert.Equal((best, 0.0), (result.Labels[^1].Label, result.Labels[^1].Posterior));
        Assert.Equal(0.25, result.Labels[0].Prior);
    }

    [Fact]
    public async Task Labels_in_another_order_change_no_number()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 1, 4, 16));
        var request = new ClassificationRequest { Image = new byte[] { 1 }, Labels = ["class 1", "class 4", "class 0"], Trials = 9 };

        ClassificationResult one = await engine.ClassifyAsync(request);
        ClassificationResult other = await engine.ClassifyAsync(request with { Labels = ["class 0", "class 1", "class 4"] });

        Assert.Equal(one.Labels.Select(Numbers), other.Labels.Select(Numbers));

        static (string, double, double?) Numbers(LabelResult label) => (label.Label, label.MeanError, label.StandardError);
    }

    [Fact]
    public async Task Many_requests_at_once_get_the_answers_that_each_gets_alone()
    {
        FakeDiffusionModel one = new(Manifests.Classes("one", classes: 6), 1, 2, 4, 8), two = new(Manifests.Classes("two", classes: 3, size: 5, PredictionType.VPrediction), 3, 32);
        var random = new Random(4);
        ClassificationRequest[] requests = [.. Enumerable.Range(0, 60).Select(_ => RandomRequest(random, [one, two]))];
        string[] alone = new string[requests.Length];
        using (TestEngine serial = await TestEngine.StartAsync(one, two))
        {
            for (int i = 0; i < requests.Length; i++)
                alone[i] = Numbers(await serial.ClassifyAsync(requests[i]));
        }

        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(one.Manifest, 1, 2, 4, 8, 64), new FakeDiffusionModel(two.Manifest, 16));
        ClassificationResult[] together = await Task.WhenAll(requests.Select(request => Task.Run(() => engine.ClassifyAsync(request), TestContext.Current.CancellationToken)));

        Assert.Equal(alone, together.Select(Numbers));
        Assert.Equal(0, engine.Host.Engine.ReservedRows);

        static string Numbers(ClassificationResult result) =>
            string.Join('\n', result.Labels.Select(label => $"{label.Label} {label.MeanError:R} {label.StandardError:R} {label.Posterior:R} {label.Evaluations}"));
    }

    private static ClassificationRequest RandomRequest(Random random, FakeDiffusionModel[] models)
    {
        FakeDiffusionModel model = models[random.Next(models.Length)];
        string[] labels = [.. model.Manifest.Classes];
        random.Shuffle(labels);
        return new ClassificationRequest
        {
            Image = new[] { (byte)random.Next(200) },
            Model = model.Manifest.Id,
            Labels = LabelSpec.FromStrings(labels[..random.Next(1, labels.Length + 1)]),
            Trials = random.Next(1, 40),
            Seed = (ulong)random.Next(5),
            Loss = (PredictionLoss)random.Next(3),
        };
    }
}
