using System.Text.Json.Nodes;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests.Evaluate;

/// <summary>A trusted classifier beside the model, on the same images.</summary>
public sealed class BaselineTests : IDisposable
{
    private const int Training = 6, Measured = 2; // images of a class

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_linear_classifier_on_the_features_of_a_network_is_measured_beside_the_model()
    {
        foreach ((int index, string name) in ((string[])["ship", "horse", "deer"]).Index())
        {
            Write("training", name, index, from: 0, Training);
            Write("measured", name, index, from: Training, Measured);
        }

        Dclassify run = await EvaluateAsync("--baseline", "resnet18-probe", "--baseline-data", $"folder:{_folder.Path}/training", "--baseline-limit", "17", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonNode baseline = JsonNode.Parse(run.Output)!["baseline"]!;
        Assert.Equal((17, 3 * Measured, 1.0), ((int)baseline["trainingImages"]!, (int)baseline["images"]!, (double)baseline["top1"]!)); // colors are told apart by any network
        Assert.Equal("folder:training", (string?)baseline["trainedOn"]);
        Assert.True((double)baseline["secondsPerImage"]! > 0);
        Assert.Contains("ResNet-18 of ImageNet", File.ReadAllText(Path.Combine(_folder.Path, "out", "report.md")), StringComparison.Ordinal);
        Assert.Contains("Beside a baseline", File.ReadAllText(Path.Combine(_folder.Path, "out", "report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give them with --baseline-data", "--baseline", "resnet18-probe")]
    [InlineData("there is only resnet18-probe", "--baseline", "clip")]
    [InlineData("give --baseline resnet18-probe as well", "--baseline-limit", "3")]
    [InlineData("there is no file or folder nowhere", "--baseline", "resnet18-probe", "--baseline-data", "folder:nowhere")]
    [InlineData("is a data set of captions", "--baseline", "resnet18-probe", "--baseline-data", "winoground:{training}")]
    [InlineData("says nothing about other images", "--baseline", "resnet18-probe", "--baseline-data", "folder:{measured}/../measured")]
    [InlineData("says nothing about other images", "--baseline", "resnet18-probe", "--baseline-data", "folder:{measured}")]
    [InlineData("must be at least 1", "--baseline", "resnet18-probe", "--baseline-data", "folder:{training}", "--baseline-limit", "0")]
    public async Task Options_that_do_not_fit_are_refused_in_one_line(string message, params string[] options)
    {
        Write("measured", "ship", 0, 0, 1);
        Write("training", "ship", 0, 1, 1);

        Dclassify run = await EvaluateAsync([.. options.Select(option => option
            .Replace("{measured}", $"{_folder.Path}/measured", StringComparison.Ordinal)
            .Replace("{training}", $"{_folder.Path}/training", StringComparison.Ordinal))]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private Task<Dclassify> EvaluateAsync(params string[] options) => Dclassify.RunAsync([
        "evaluate", "--data", $"folder:{_folder.Path}/measured", "--out", Path.Combine(_folder.Path, "out"), "--trials", "4", "--strategy", "fixed",
        "--labels", "ship,horse,deer", .. options,
    ]);

    // Plain images of one of three colors, each a little brighter than the one before.
    private void Write(string set, string name, int color, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            byte[] pixels = new byte[3 * 8 * 8];
            for (int place = color; place < pixels.Length; place += 3)
                pixels[place] = (byte)(120 + 12 * i);
            _folder.Write($"{set}/{name}/{i}.png", PictureWriter.Png(8, 8, pixels));
        }
    }
}
