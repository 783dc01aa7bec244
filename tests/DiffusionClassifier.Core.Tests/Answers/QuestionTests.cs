using System.Reflection;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Answers;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Answers;

public class QuestionTests
{
    private const int Draws = 24; // that the model has: more than the request's trials, which are chosen ones for that reason

    private static readonly LoadedModel Model = new(Manifests.Text() with
    {
        LearnedVariance = true,
        ChosenDraws = new Dictionary<PredictionLoss, ChosenDraws>
        {
            [PredictionLoss.L2] = new(0, Enumerable.Range(0, Draws).Select(i => new Trial(i, 200 + i)), Enumerable.Repeat(9.0, Draws)),
        },
    });

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Labels = ["cat", "dog", "cow"], Trials = 20 };

    // Every field of the contract is here or in Ignored: a new one has to be thought about.
    private static readonly Dictionary<string, ClassificationRequest[]> Others = new()
    {
        ["Image"] = [Request with { Image = new byte[] { 2 } }, Request with { Image = new byte[] { 1, 1 } }],
        ["Labels"] =
        [
            Request with { Labels = ["cat", "dog"] }, Request with { Labels = ["dog", "cat", "cow"] }, Request with { Labels = ["cat", "dog", "cows"] },
            Request with { Labels = [new LabelSpec("cat", ["a photo of a dog."]), "dog", "cow"] },
            Request with { Labels = [new LabelSpec("cat", ["a photo of a cat.", "a cat"]), "dog", "cow"] },
        ],
        ["Priors"] = [Request with { Priors = [1, 1, 2] }],
        ["Template"] = [Request with { Template = ["a drawing of a {label}."] }],
        ["PromptAggregation"] = [Request with { Labels = [new LabelSpec("cat", ["a", "b"]), "dog", "cow"] }, Request with { Labels = [new LabelSpec("cat", ["a", "b"]), "dog", "cow"], PromptAggregation = PromptAggregation.Min }],
        ["Strategy"] = [Request with { Strategy = Strategy.Race }, Request with { Strategy = Strategy.Fast }],
        ["Confidence"] = [Request with { Strategy = Strategy.Race, Confidence = 0.9 }],
        ["Draws"] = [Request with { Draws = DrawChoice.Even }],
        ["RejectBelow"] = [Request with { RejectBelow = 0.5 }],
        ["Explain"] = [Request with { Explain = "true" }, Request with { Explain = "dog" }, Request with { Explain = "null" }],
        ["TopK"] = [Request with { Strategy = Strategy.Race, TopK = 2 }],
        ["StageSamples"] = [Staged(Request with { StageSamples = [2, 20], StageKeep = [2, 1] }), Staged(Request with { StageSamples = [4, 20], StageKeep = [2, 1] })],
        ["StageKeep"] = [Staged(Request with { StageSamples = [3, 20], StageKeep = [2, 1] }), Staged(Request with { StageSamples = [3, 20], StageKeep = [3, 1] })],
        ["TrialsPerTimestep"] = [Staged(Request with { StageSamples = [5, 20], StageKeep = [2, 1], TrialsPerTimestep = 2 }), Staged(Request with { StageSamples = [10, 40], StageKeep = [2, 1] })],
        ["Model"] = [],
        ["Trials"] = [Request with { Trials = 21 }],
        ["Loss"] = [Request with { Loss = PredictionLoss.L1 }],
        ["Weighting"] = [Request with { Weighting = Weighting.ClarkJaini }],
        ["Seed"] = [Request with { Seed = 1 }],
        ["NoiseDraws"] = [Request with { NoiseDraws = 5 }],
        ["Temperature"] = [Request with { Temperature = 0.5 }],
        ["Posterior"] = [Request with { Posterior = PosteriorPreset.Mean }],
        ["ImageMode"] = [Request with { ImageMode = ImageMode.Reference }],
        ["Interpolation"] = [Request with { Interpolation = ResizeFilter.Bilinear }],
        ["Deterministic"] = [Request with { Deterministic = true }],
    };

    // When the answer comes, and what else the request asks for.
    private static readonly string[] Ignored = ["Priority", "DeadlineMs", "Images"];

    [Fact]
    public void Every_field_of_a_request_is_thought_of()
    {
        IEnumerable<string> fields = typeof(ClassificationRequest).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(field => field.CanWrite).Select(field => field.Name);

        Assert.Equal(fields.Order(), Others.Keys.Concat(Ignored).Order());
    }

    [Fact]
    public void Requests_that_differ_in_anything_that_counts_are_different_questions()
    {
        ClassificationRequest[] all = [Request, .. Others.Values.SelectMany(requests => requests)];

        Assert.Equal(all.Length, all.Select(request => Ask(request)).Distinct().Count());
    }

    [Fact]
    public void A_default_that_is_written_out_is_the_same_question()
    {
        ClassificationRequest spelled = Request with
        {
            Strategy = Strategy.Fixed,
            Draws = DrawChoice.Chosen,
            Template = ["a photo of a {label}."],
            Priors = [2, 2, 2],
            Loss = PredictionLoss.L2,
            Posterior = PosteriorPreset.Fitted,
            Interpolation = ResizeFilter.Bicubic,
            DeadlineMs = 1000,
            Model = "tiny",
        };

        Assert.Equal(Ask(Request), Ask(spelled));
    }

    [Fact]
    public void Who_asks_is_no_part_of_the_question()
    {
        Assert.Equal(Ask(Request), Ask(new Submission(Request) { Caller = new Caller("ada") }));
    }

    [Fact]
    public void Another_model_of_the_same_name_is_another_question()
    {
        Assert.NotEqual(Ask(Request), Ask(new Submission(Request), new LoadedModel(Model.Manifest)));
    }

    [Fact]
    public void Captions_are_another_question_than_labels()
    {
        Assert.NotEqual(Ask(Request), Ask(new Submission(Request) { LabelNoun = "caption" }));
        Assert.NotEqual(Ask(Request), Ask(new Submission(Request) { WithNull = true }));
    }

    private static ClassificationRequest Staged(ClassificationRequest request) => request with { Strategy = Strategy.Staged, Trials = null };

    private static Question Ask(ClassificationRequest request) => Ask(new Submission(request));

    private static Question Ask(Submission submission, LoadedModel? model = null) =>
        Question.Of(submission, RequestValidator.Validate(submission, model ?? Model, new EngineOptions()));
}
