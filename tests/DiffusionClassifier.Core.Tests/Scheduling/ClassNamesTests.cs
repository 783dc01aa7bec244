using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Labels of class-conditional models, with names as ImageNet has them.</summary>
public class ClassNamesTests
{
    private static readonly ModelManifest Model = Manifests.Classes() with
    {
        Classes = ["tench, Tinca tinca", "goldfish, Carassius auratus", "crane (2)", "crane (3)", "cat, puss", "cat", "sorrel, puss"],
    };

    [Theory]
    [InlineData("tench, Tinca tinca", "tench, Tinca tinca")]
    [InlineData("TENCH, tinca TINCA", "tench, Tinca tinca")]
    [InlineData("tench", "tench, Tinca tinca")]
    [InlineData("tinca tinca", "tench, Tinca tinca")]
    [InlineData("Carassius auratus", "goldfish, Carassius auratus")]
    [InlineData("crane (3)", "crane (3)")]
    [InlineData("cat", "cat")] // a whole name is stronger than another's synonym
    public void A_label_is_a_class_by_its_name_or_by_a_synonym(string label, string expected) =>
        Assert.Equal([expected], Validate(label).Prompts);

    [Theory]
    [InlineData("crane", "'crane' can mean several classes of model 'tiny': send one of 'crane (2)', 'crane (3)'.")]
    [InlineData("PUSS", "'PUSS' can mean several classes of model 'tiny': send one of 'cat, puss', 'sorrel, puss'.")]
    [InlineData("tench,goldfish", "It is one label with 2 classes in it: repeat labels, or send one JSON array.")]
    [InlineData("cat; goldfish; tench", "It is one label with 3 classes in it")]
    [InlineData("cat|tench", "It is one label with 2 classes in it")]
    [InlineData("tenhc", "Did you mean 'tench'?")]
    [InlineData("tench,", "is not a class of model 'tiny'")]
    [InlineData("2", "is not a class of model 'tiny'")]
    public void A_label_that_means_no_class_or_several_is_unknown(string label, string message)
    {
        var exception = Assert.Throws<ClassificationException>(() => Validate(label));

        Assert.Equal((ClassificationError.UnknownLabel, "labels"), (exception.Error, exception.Field));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_names_of_a_model_are_its_own()
    {
        ModelManifest other = Model with { Classes = ["ship"] };

        Assert.Equal("ship", new LoadedModel(other).FindClass("SHIP"));
        Assert.Throws<ClassificationException>(() => new LoadedModel(Model).FindClass("ship"));
    }

    [Fact]
    public void Two_names_of_one_class_cannot_be_told_apart()
    {
        var exception = Assert.Throws<ClassificationException>(() => Validate("tench", "goldfish", "Tinca tinca"));

        Assert.Equal((ClassificationError.InvalidRequest, "labels"), (exception.Error, exception.Field));
        Assert.StartsWith("The label 'Tinca tinca' was sent twice (it is the class 'tench, Tinca tinca')", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_has_the_labels_as_they_were_sent() =>
        Assert.Equal(["TENCH", "goldfish"], Validate("TENCH", "goldfish").Labels.Select(label => label.Label));

    private static JobSettings Validate(params string[] labels) =>
        FakeJobs.Settings(new ClassificationRequest { Image = new byte[] { 1 }, Labels = [.. labels.Select(LabelSpec.FromString)] }, Model, new EngineOptions());
}
