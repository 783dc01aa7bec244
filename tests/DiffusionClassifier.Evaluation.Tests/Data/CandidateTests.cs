using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Evaluation.Tests.Data;

public sealed class CandidateTests : IDisposable
{
    private static readonly ModelManifest Animals = Manifests.Classes() with
    {
        Classes = ["tench, Tinca tinca", "goldfish", "great white shark"],
    };
    private static readonly ModelManifest Text = Manifests.Text();

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Folders_are_matched_with_a_models_classes_by_any_of_their_names()
    {
        Candidates found = Find(Animals, ["Goldfish", "great_white_shark", "tench"]);

        Assert.Equal(Animals.Classes, found.Names);
        Assert.Equal([1, 2, 0], found.TruthOfClass);
    }

    [Fact]
    public void Folders_named_by_numbers_are_the_classes_of_those_numbers() =>
        Assert.Equal([0, 2], Find(Animals, ["0", "2"]).TruthOfClass);

    [Fact]
    public void Folders_named_by_all_of_imagenets_ids_are_the_classes_in_their_order() =>
        Assert.Equal([0, 1, 2], Find(Animals, ["n01440764", "n01443537", "n01484850"]).TruthOfClass);

    [Fact]
    public void A_folder_that_is_not_a_class_is_refused_by_name() =>
        Assert.Contains(
            "goldfsh", Assert.Throws<ClassificationException>(() => Find(Animals, ["goldfsh"])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_labels_of_a_model_that_reads_text_are_the_folders_words() =>
        Assert.Equal(["apple pie", "hot dog"], Find(Text, ["apple_pie", "hot_dog"]).Names);

    [Fact]
    public void Ids_are_no_prompts_for_a_model_that_reads_text() =>
        Assert.Contains(
            "--class-names", Assert.Throws<EvaluationException>(() => Find(Text, ["n01440764"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_that_are_asked_for_leave_the_other_classes_out()
    {
        Candidates found = Find(Animals, ["goldfish", "tench"], wanted: ["Tench", "great white shark"]);

        Assert.Equal([-1, 0], found.TruthOfClass);
    }

    [Theory]
    [InlineData("n01440764 tench, Tinca tinca\nn01443537 goldfish\n")]
    [InlineData("n01440764\ttench\nn01443537\tgoldfish\n")]
    [InlineData("tench\ngoldfish\n")]
    public void A_file_of_names_names_the_folders(string text)
    {
        var file = new ClassNameFile(_folder.Write("names.txt", System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.Equal([0, 1], new CandidateFinder(Folder(["n01440764", "n01443537"]), Animals, null, file).Find(null, null).TruthOfClass);
    }

    [Fact]
    public void A_table_of_prompts_names_the_classes_and_gives_their_prompts()
    {
        var file = new ClassNameFile(_folder.Write("prompts.csv", "prompt,classname,classidx\na boat.,ship,1\na cat.,cat,0\n"u8));

        Candidates found = new CandidateFinder(Folder(["0", "1"]), Text, null, file).Find(null, null);

        Assert.Equal(["cat", "ship"], found.Names);
        Assert.Equal([["a cat."], ["a boat."]], found.Labels.Select(label => label.Prompts!));
    }

    [Fact]
    public void Labels_that_come_with_prompts_keep_them()
    {
        Candidates found = new CandidateFinder(Folder(["cat", "ship"]), Text, null, null)
            .Find([new LabelSpec("ship", ["a boat."]), new LabelSpec("cat")], null);

        Assert.Equal(["a boat."], found.Labels[0].Prompts!);
    }

    [Fact]
    public void A_preset_gives_the_texts_of_its_classes_to_its_template()
    {
        Preset pets = PresetLibrary.Find("pets")!;

        Candidates found = new CandidateFinder(Folder(["american_bulldog", "Maine_Coon"]), Text, pets, null).Find(null, null);

        Assert.Equal(37, found.Labels.Count);
        Assert.Equal(["a photo of a Maine Coon cat, a type of pet."], found.Labels[found.TruthOfClass[1]].Prompts!);
        Assert.Equal("American Bulldog", found.Labels[found.TruthOfClass[0]].Label);
        Assert.Null(found.Labels[found.TruthOfClass[0]].Prompts); // its name is its text
    }

    [Fact]
    public void A_data_set_that_only_numbers_its_classes_needs_names_of_their_count()
    {
        var numbered = new DataSet("cifar10", "x", null, 10, []);

        Assert.Contains(
            "--class-names",
            Assert.Throws<EvaluationException>(() => new CandidateFinder(numbered, Animals, null, null).Find(null, null)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "--preset",
            Assert.Throws<EvaluationException>(() => new CandidateFinder(numbered, Text, null, null).Find(null, null)).Message,
            StringComparison.Ordinal);
        Assert.Equal(10, new CandidateFinder(numbered, Text, numbered.OwnPreset, null).Find(null, null).Labels.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static Candidates Find(ModelManifest manifest, string[] folders, string[]? wanted = null) =>
        new CandidateFinder(Folder(folders), manifest, null, null).Find(LabelSpec.FromStrings(wanted), null);

    private static DataSet Folder(string[] classes) => new("folder", "x", classes, classes.Length, []);
}
