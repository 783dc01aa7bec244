using System.Text.Json;
using DiffusionClassifier.Cli.Inspect;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

public sealed class InspectTests
{
    [Fact]
    public async Task The_shipped_model_is_understood_and_computes()
    {
        Dclassify run = await Dclassify.RunAsync("inspect", "models/cifar10", "--check");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("10 classes", run.Output, StringComparison.Ordinal);
        Assert.Contains("squared-cos-cap-v2, 1000 timesteps", run.Output, StringComparison.Ordinal);
        Assert.Contains("150 to 849", run.Output, StringComparison.Ordinal);
        Assert.Contains("3.56 M parameters", run.Output, StringComparison.Ordinal);
        Assert.Contains("check: passed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_may_be_named_by_its_id_and_lines_end_where_their_text_ends()
    {
        Dclassify byFolder = await Dclassify.RunAsync("inspect", "models/scenes"), byId = await Dclassify.RunAsync("inspect", "scenes");

        Assert.Equal((0, ""), (byId.ExitCode, byId.Error));
        Assert.Equal(byFolder.Output, byId.Output);
        Assert.All(byId.Output.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public async Task A_graph_is_named_by_where_it_is_slow()
    {
        Dclassify run = await Dclassify.RunAsync("inspect", "scenes", "--check");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("advice: unet: 6 attentions are a chain of MatMul, Softmax and MatMul", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_the_report_and_the_check()
    {
        Dclassify run = await Dclassify.RunAsync("inspect", "models/cifar10", "--check", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal("cifar10", document.RootElement.GetProperty("report").GetProperty("model").GetProperty("id").GetString());
        // A trained model at half the noise.
        Assert.InRange(document.RootElement.GetProperty("check").GetProperty("error").GetDouble(), 0, 0.5);
    }

    [Fact]
    public async Task Hashes_are_written_and_from_then_on_a_changed_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        string original = Path.Combine(Dclassify.Root, "tests", "DiffusionClassifier.Onnx.Tests", "Sessions", "TinyPair");
        foreach (string file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
            folder.Write(Path.GetRelativePath(original, file), File.ReadAllBytes(file));

        Dclassify before = await Dclassify.RunAsync("inspect", folder.Path), written = await Dclassify.RunAsync(
            "inspect", folder.Path, "--write-sha256", "--json");
        File.AppendAllText(Path.Combine(folder.Path, "model_index.json"), " ");
        Dclassify after = await Dclassify.RunAsync("inspect", folder.Path);

        Assert.Contains("none listed", before.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(written.Output);
        Assert.Contains(
            "model_index.json",
            document.RootElement.GetProperty("report").GetProperty("verifiedFiles").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(2, after.ExitCode);
        Assert.Contains("model_index.json: its SHA-256 is", Assert.Single(after.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 2, "2 of 9 rows are not finite: float16 overflows. Export attention in float32, or the whole model.")]
    [InlineData(false, 1, "1 of 9 rows is not finite: the weights are damaged. Copy or export the model again.")]
    public void Rows_that_are_not_finite_are_counted_and_refused_whatever_the_others_say(bool isHalf, int notFinite, string expected)
    {
        var check = new RowCheck(500, "cat", 0.1, 1, NoiseLevel: 1) { Rows = 9, NotFinite = notFinite, IsHalf = isHalf };

        Assert.Equal((false, expected), (check.IsFinite, check.Doubt));
    }

    [Theory]
    [InlineData(0.3, 1, false)]
    [InlineData(1.1, 1, true)]
    [InlineData(0.6, 0.4, true)] // v-prediction: an output of zeros already gives 0.4
    [InlineData(double.NaN, 1, true)]
    public void A_prediction_no_better_than_zeros_is_doubted(double error, double guessing, bool doubted) =>
        Assert.Equal(doubted, new RowCheck(500, "cat", error, guessing, NoiseLevel: 1).Doubt is not null);
}
