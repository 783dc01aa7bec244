using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Evaluation.Tests.Presets;

public sealed class PresetTests
{
    private static readonly ClassificationRequest Empty = new() { Image = default };

    public static TheoryData<string> All => [.. PresetLibrary.Names];

    [Theory]
    [InlineData("food101", 101)]
    [InlineData("cifar10", 10)]
    [InlineData("cifar100", 100)]
    [InlineData("aircraft", 100)]
    [InlineData("pets", 37)]
    [InlineData("flowers102", 102)]
    [InlineData("stl10", 10)]
    [InlineData("objectnet", 113)]
    [InlineData("mnist", 10)]
    [InlineData("imagenet", 0)]
    [InlineData("imagenet-v2", 0)]
    [InlineData("imagenet-a", 0)]
    [InlineData("winoground", 0)]
    public void A_preset_has_all_classes_of_its_data_set_or_leaves_them_to_it(string name, int classes) =>
        Assert.Equal(classes, PresetLibrary.Find(name)!.Classes.Count);

    [Theory]
    [MemberData(nameof(All))]
    public void A_preset_names_each_class_once_and_its_template_has_a_place_for_it(string name)
    {
        Preset preset = PresetLibrary.Find(name)!;

        Assert.Equal(name, preset.Name);
        Assert.Equal(preset.Classes.Count, preset.Classes.Select(preset.TextOf).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("{label}", preset.TextConditional!.Template, StringComparison.Ordinal);
        Assert.All(preset.Texts.Keys, key => Assert.Contains(key, preset.Classes));
        Assert.All(preset.Published, result => Assert.InRange(result.Score, 0, 100)); // none of ImageNet-A's for ResNet-50, by which they were chosen
        Assert.DoesNotContain(preset.Classes, label => label != label.Trim() || label.Length == 0);
    }

    [Fact]
    public void A_preset_runs_as_the_papers_command_did()
    {
        ClassificationRequest request = PresetRequest.Apply(PresetLibrary.Find("imagenet"), Empty, Manifests.Text());

        Assert.Equal((Strategy.Staged, PredictionLoss.L2, null), (request.Strategy, request.Loss, request.Trials));
        Assert.Equal([(50, 500), (100, 50), (500, 10), (1000, 1)], request.StageSamples!.Zip(request.StageKeep!));
        Assert.Equal(["a photo of a {label}."], request.Template!);
    }

    [Fact]
    public void A_model_of_fixed_classes_runs_as_the_papers_did_where_that_is_known()
    {
        ModelManifest model = Manifests.Classes();

        Assert.Equal((Strategy.Fixed, 250), Schedule(PresetRequest.Apply(PresetLibrary.Find("imagenet"), Empty, model)));
        Assert.Equal((null, null), Schedule(PresetRequest.Apply(PresetLibrary.Find("cifar10"), Empty, model)));
        Assert.Null(PresetRequest.Apply(PresetLibrary.Find("imagenet"), Empty, model).Template);
    }

    [Fact]
    public void What_the_caller_says_wins()
    {
        ClassificationRequest asked = Empty with { Trials = 7, Loss = PredictionLoss.Huber, Template = ["{label}!"] };

        ClassificationRequest request = PresetRequest.Apply(PresetLibrary.Find("pets"), asked, Manifests.Text());

        Assert.Equal((null, 7), Schedule(request));
        Assert.Null(request.StageSamples);
        Assert.Equal(PredictionLoss.Huber, request.Loss);
        Assert.Equal(["{label}!"], request.Template!);
    }

    [Fact]
    public void A_bank_takes_a_presets_prompts_and_loss_but_not_its_schedule()
    {
        ClassificationRequest text = PresetRequest.Apply(PresetLibrary.Find("pets"), Empty, Manifests.Text(), forBank: true);
        ClassificationRequest classes = PresetRequest.Apply(PresetLibrary.Find("imagenet"), Empty, Manifests.Classes(), forBank: true);

        Assert.Equal((null, null), Schedule(text));
        Assert.Null(text.StageSamples);
        Assert.Equal((PredictionLoss.L1, "a photo of a {label}, a type of pet."), (text.Loss, Assert.Single(text.Template!)));
        Assert.Equal((null, 250), Schedule(classes));
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_nearest() =>
        Assert.Contains(
            "'flowers102'", Assert.Throws<EvaluationException>(() => PresetLibrary.Find("flower102")).Message, StringComparison.Ordinal);

    private static (Strategy?, int?) Schedule(ClassificationRequest request) => (request.Strategy, request.Trials);
}
