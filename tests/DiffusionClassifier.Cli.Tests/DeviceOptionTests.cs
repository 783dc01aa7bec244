namespace DiffusionClassifier.Cli.Tests;

public sealed class DeviceOptionTests
{
    [Fact]
    public async Task A_device_that_is_named_and_not_there_is_one_line_and_no_answer()
    {
        Dclassify run = await Dclassify.RunAsync("classify", "samples/ship.png", "--json", "--trials", "2", "--device", "cuda:99");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("dclassify: The device cuda:99 does not work here.", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Bench_measures_no_batch_above_the_largest()
    {
        Dclassify run = await Dclassify.RunAsync("bench", "--json", "--seconds", "1", "--device", "cpu", "--max-batch", "2");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"2\":", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"4\":", run.Output, StringComparison.Ordinal);
    }
}
