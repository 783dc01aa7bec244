using System.Text.Json;

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
        Assert.Contains("1.73 M parameters", run.Output, StringComparison.Ordinal);
        Assert.Contains("check: passed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_the_report_and_the_check()
    {
        Dclassify run = await Dclassify.RunAsync("inspect", "models/cifar10", "--check", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal("cifar10", document.RootElement.GetProperty("report").GetProperty("model").GetProperty("id").GetString());
        Assert.InRange(document.RootElement.GetProperty("check").GetProperty("error").GetDouble(), 0, 0.5); // a trained model at half the noise
    }
}
