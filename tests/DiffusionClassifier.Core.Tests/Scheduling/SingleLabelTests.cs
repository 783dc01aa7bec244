using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>A posterior of one label is 1 whatever the picture shows, and an answer says so.</summary>
public sealed class SingleLabelTests
{
    private static readonly ModelManifest Model = Manifests.Text("words") with { FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L2] = 40 } };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 2 };

    [Theory]
    [InlineData("cat", "There is one label only: its posterior is 1 whatever the image shows. Several labels: repeat labels, or send one JSON array.")]
    [InlineData("cat,dog", "There is one label only: its posterior is 1 whatever the image shows. Its commas are part of it. Several labels: repeat labels, or send one JSON array.")]
    public async Task An_answer_with_one_label_warns_and_is_not_calibrated(string label, string warning)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Model, 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = [label] });

        Assert.Contains(warning, result.Warnings);
        Assert.Equal((PosteriorPreset.Fitted, false), (result.Posterior.Preset, result.Posterior.Calibrated));
    }

    [Fact]
    public async Task An_answer_with_two_labels_is_calibrated_and_does_not_warn()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Model, 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["cat,dog", "ship"] });

        Assert.True(result.Posterior.Calibrated);
        Assert.DoesNotContain(result.Warnings, warning => warning.Contains("one label", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "cat")]
    [InlineData(0.05, "cat", "dog")]
    public async Task Only_where_there_are_several_labels_a_race_promises_anything(double? delta, params string[] labels)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Model, 8));

        ClassificationResult result =
            await engine.ClassifyAsync(Request with { Strategy = Strategy.Race, Labels = [.. labels.Select(LabelSpec.FromString)] });

        Assert.Equal(delta, result.Decision.Delta);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_caption_warns_in_its_own_words_also_where_no_caption_is_scored_beside_it(bool withNull)
    {
        Submission caption = new(Request with { Labels = ["a cat, asleep"] }) { LabelNoun = "caption", WithNull = withNull };

        JobSettings settings = RequestValidator.Validate(caption, new LoadedModel(Model), new EngineOptions());

        Assert.Contains("There is one caption only: its posterior is 1 whatever the image shows. Several captions: repeat captions, or send one JSON array.", settings.Warnings);
    }
}
