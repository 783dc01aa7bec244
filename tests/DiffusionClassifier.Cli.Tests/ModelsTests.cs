using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

public sealed class ModelsTests
{
    [Fact]
    public async Task Json_describes_every_model()
    {
        Dclassify run = await Dclassify.RunAsync("models", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement model = document.RootElement.GetProperty("models")
            .EnumerateArray()
            .Single(model => model.GetProperty("id").GetString() == "cifar10");
        Assert.Equal(
            [
                "id",
                "displayName",
                "license",
                "conditioning",
                "labels",
                "isDefault",
                "imageSize",
                "latentShape",
                "trials",
                "strategy",
                "loss",
                "timesteps",
                "calibrated",
                "fittedWeights",
                "dataType",
                "warnings",
                "family",
                "bytes",
                "state",
                "secondsPerRow",
            ],
            model.EnumerateObject().Select(property => property.Name));
        Assert.True(model.GetProperty("isDefault").GetBoolean());
        Assert.Equal("class", model.GetProperty("conditioning").GetString());
        Assert.Equal(10, model.GetProperty("labels").GetArrayLength());
        Assert.Equal([3, 32, 32], model.GetProperty("latentShape").EnumerateArray().Select(size => size.GetInt32()));
    }

    [Fact]
    public async Task A_refused_bundle_is_named_with_its_reason_beside_those_that_work()
    {
        using var folder = new TemporaryFolder();
        folder.Write("broken/model_index.json", "{}"u8);

        Dclassify list = await Dclassify.RunAsync("models", "--models", folder.Path);
        Dclassify use = await Dclassify.RunAsync("classify", "samples/ship.png", "--models", folder.Path, "--model", "broken");

        Assert.Equal((0, ""), (list.ExitCode, list.Output));
        Assert.Contains("broken", Assert.Single(list.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, use.ExitCode);
        Assert.Equal(list.ErrorLines, use.ErrorLines);
    }

    [Fact]
    public async Task A_model_that_ONNX_Runtime_refuses_is_not_listed_as_usable()
    {
        using var folder = new TemporaryFolder();
        RefusedBundle.Write(Path.Combine(folder.Path, "broken"));

        Dclassify list = await Dclassify.RunAsync("models", "--models", folder.Path);
        Dclassify json = await Dclassify.RunAsync("models", "--models", folder.Path, "--json");
        Dclassify unopened = await Dclassify.RunAsync("models", "--models", folder.Path, "--no-load");

        Assert.Equal((0, ""), (list.ExitCode, list.Output));
        Assert.Contains("broken: unet/model.onnx: ONNX Runtime cannot load it", Assert.Single(list.ErrorLines), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal("broken", Assert.Single(document.RootElement.GetProperty("refused").EnumerateArray()).GetProperty("id").GetString());
        Assert.Contains("broken", unopened.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_numbers_are_not_finite_is_not_listed_as_usable()
    {
        using var folder = new TemporaryFolder();
        RefusedBundle.WriteNotFinite(Path.Combine(folder.Path, "broken"));

        Dclassify list = await Dclassify.RunAsync("models", "--models", folder.Path);
        Dclassify use = await Dclassify.RunAsync("classify", "samples/ship.png", "--models", folder.Path);

        const string Expected = "The numbers of the model 'broken' are not finite in 1 of 1 rows: the weights are damaged. Copy or export the model again.";
        Assert.Equal((0, ""), (list.ExitCode, list.Output));
        Assert.EndsWith(Expected, Assert.Single(list.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, use.ExitCode);
        Assert.Equal($"dclassify: {Expected}", Assert.Single(use.ErrorLines));
    }
}
