using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class RequestValidatorTests
{
    private static readonly EngineOptions Options = new() { MaxLabels = 4, MaxPromptLength = 20, MaxRowsPerRequest = 1000 };

    private static readonly ModelManifest ClassModel = Manifests.Classes() with { Classes = ["cat", "dog", "crème brûlée", "ship", "frog"] };

    private static readonly ModelManifest TextModel = ClassModel with { Conditioning = ConditioningKind.Text, Classes = [], FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L1] = 40 } };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Labels = ["cat", "dog"] };

    public static TheoryData<string, ClassificationRequest, ClassificationError, string, string> BadRequests => new()
    {
        { "no labels for free text", Request with { Labels = null }, ClassificationError.InvalidRequest, "labels", "send at least one label" },
        { "empty list of labels", Request with { Labels = [] }, ClassificationError.InvalidRequest, "labels", "send at least one label" },
        { "too many labels", Request with { Labels = ["a", "b", "c", "d", "e"] }, ClassificationError.InvalidRequest, "labels", "the limit is 4" },
        { "empty label", Request with { Labels = ["cat", ""] }, ClassificationError.InvalidRequest, "labels", "empty" },
        { "null label", Request with { Labels = ["cat", null!] }, ClassificationError.InvalidRequest, "labels", "empty" },
        { "blank label", Request with { Labels = [" \u3000"] }, ClassificationError.InvalidRequest, "labels", "empty" },
        { "line break", Request with { Labels = ["a\nb"] }, ClassificationError.InvalidRequest, "labels", "control character" },
        { "null character", Request with { Labels = ["a\0b"] }, ClassificationError.InvalidRequest, "labels", "control character" },
        { "label above a short limit", Request with { Labels = ["abcdefghijklmnopqrstu"] }, ClassificationError.InvalidRequest, "labels", "has 21 characters; the limit is 20" },
        { "very long label", Request with { Labels = [new string('x', 5000)] }, ClassificationError.InvalidRequest, "labels", "has 5,000 characters" },
        { "same label twice", Request with { Labels = ["cat", "dog", "cat"] }, ClassificationError.InvalidRequest, "labels", "'cat' was sent twice" },
        { "no trials", Request with { Trials = 0 }, ClassificationError.InvalidRequest, "trials", "at least 1" },
        { "negative trials", Request with { Trials = int.MinValue }, ClassificationError.InvalidRequest, "trials", "at least 1" },
        { "too many rows", Request with { Trials = 501 }, ClassificationError.TooManyRows, "trials", "1,002 rows" },
        { "rows beyond 32 bits", Request with { Trials = int.MaxValue }, ClassificationError.TooManyRows, "trials", "4,294,967,294 rows" },
        { "seed beyond JSON", Request with { Seed = 1UL << 53 }, ClassificationError.InvalidRequest, "seed", "9007199254740991" },
        { "temperature of 0", Request with { Temperature = 0 }, ClassificationError.InvalidRequest, "temperature", "temperature is 0" },
        { "negative temperature", Request with { Temperature = -1 }, ClassificationError.InvalidRequest, "temperature", "temperature is -1" },
        { "temperature NaN", Request with { Temperature = double.NaN }, ClassificationError.InvalidRequest, "temperature", "NaN" },
        { "infinite temperature", Request with { Temperature = double.PositiveInfinity }, ClassificationError.InvalidRequest, "temperature", "send a number" },
        { "temperature too small", Request with { Temperature = 1e-13 }, ClassificationError.InvalidRequest, "temperature", "1E-12" },
        { "preset without its temperature", Request with { Posterior = PosteriorPreset.Temperature }, ClassificationError.InvalidRequest, "posterior", "needs the field temperature" },
        { "nothing fitted for this loss", Request with { Posterior = PosteriorPreset.Fitted }, ClassificationError.InvalidRequest, "posterior", "no fitted posterior" },
        { "too few priors", Request with { Priors = [1] }, ClassificationError.InvalidRequest, "priors", "1 priors were sent for 2 labels" },
        { "too many priors", Request with { Priors = [1, 1, 1] }, ClassificationError.InvalidRequest, "priors", "one for each" },
        { "negative prior", Request with { Priors = [1, -0.5] }, ClassificationError.InvalidRequest, "priors", "at least 0" },
        { "all priors 0", Request with { Priors = [0, 0] }, ClassificationError.InvalidRequest, "priors", "not all may be 0" },
        { "prior NaN", Request with { Priors = [1, double.NaN] }, ClassificationError.InvalidRequest, "priors", "at least 0" },
        { "infinite prior", Request with { Priors = [1, double.PositiveInfinity] }, ClassificationError.InvalidRequest, "priors", "at least 0" },
        { "priors that overflow", Request with { Priors = [double.MaxValue, double.MaxValue] }, ClassificationError.InvalidRequest, "priors", "at least 0" },
    };

    public static TheoryData<string[], ClassificationError, string> BadClasses => new()
    {
        { ["cat", "dgo"], ClassificationError.UnknownLabel, "'dgo' is not a class of model 'tiny', which knows only the classes it was trained on. Did you mean 'dog'?" },
        { ["zebra"], ClassificationError.UnknownLabel, "Its 5 classes: cat, dog, crème brûlée, ship, frog." },
        { ["cat "], ClassificationError.UnknownLabel, "Did you mean 'cat'?" },
        { ["cat", "CAT"], ClassificationError.InvalidRequest, "'CAT' was sent twice" },
    };

    [Theory]
    [MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public void A_bad_request_is_refused_with_its_field_and_what_to_do(string what, ClassificationRequest request, ClassificationError error, string field, string message)
    {
        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, TextModel, Options));

        Assert.Equal((error, field), (exception.Error, exception.Field));
        Assert.True(exception.Message.Contains(message, StringComparison.Ordinal), $"{what}: {exception.Message}");
    }

    [Theory]
    [MemberData(nameof(BadClasses))]
    public void A_label_that_is_not_a_class_is_refused_with_the_classes_and_the_nearest(string[] labels, ClassificationError error, string message)
    {
        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(Request with { Labels = LabelSpec.FromStrings(labels) }, ClassModel, Options));

        Assert.Equal((error, "labels"), (exception.Error, exception.Field));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_classes_are_not_all_listed()
    {
        ModelManifest imageNet = Manifests.Classes(classes: 1000);

        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(Request, imageNet, Options));

        Assert.Contains("Its 1000 classes: class 0, ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("class 19, ….", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_request_to_a_model_of_classes_takes_all_defaults()
    {
        ModelManifest manifest = ClassModel with { DefaultTrials = 7, DefaultLoss = PredictionLoss.L1, FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L1] = 40 } };

        JobSettings settings = FakeJobs.Settings(new ClassificationRequest { Image = new byte[] { 1 } }, manifest, Options);

        Assert.Equal(manifest.Classes, settings.Labels.Select(label => label.Label));
        Assert.Equal([0.2, 0.2, 0.2, 0.2, 0.2], settings.Priors);
        Assert.Equal((7, PredictionLoss.L1, Strategy.Fixed, 0UL, ImageMode.Default, 35), (settings.Plan.Count, settings.Loss, settings.Strategy, settings.Seed, settings.ImageMode, settings.FixedRows));
        Assert.Equal(new Sharpness(PosteriorPreset.Fitted, 40), settings.Sharpness);
    }

    [Fact]
    public void A_loss_other_than_the_fitted_one_does_not_use_the_fitted_beta()
    {
        JobSettings settings = FakeJobs.Settings(Request with { Loss = PredictionLoss.L2 }, TextModel, Options);

        Assert.Equal(new Sharpness(PosteriorPreset.Paper, 48), settings.Sharpness);
    }

    [Fact]
    public void Values_at_the_limits_are_taken()
    {
        ClassificationRequest request = Request with { Labels = ["abcdefghijklmnopqrst", "ABCDEFGHIJKLMNOPQRST", "猫", "a b"], Trials = 250, Seed = (1UL << 53) - 1, Temperature = 1e12, Priors = [0, 1e-300, 3, 1] };

        JobSettings settings = FakeJobs.Settings(request, TextModel, Options);

        Assert.Equal(request.Labels, settings.Labels);
        Assert.Equal([0, 2.5e-301, 0.75, 0.25], settings.Priors);
        Assert.Equal(1e-12, settings.Sharpness.Beta, 1e-24);
    }
}
