using System.Text.Json;

namespace DiffusionClassifier.Cli.Tests.Bench;

public sealed class BenchTests
{
    [Fact]
    public async Task Json_has_rates_ratios_with_their_intervals_fill_and_allocations()
    {
        Dclassify run = await Dclassify.RunAsync("bench", "--json", "--seconds", "1", "--clients", "8");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement report = document.RootElement;
        Assert.All(["raw", "engine", "service"], rate => Assert.True(report.GetProperty(rate).GetDouble() > 0));
        Assert.All(["1", "8", "32"], bucket => Assert.True(report.GetProperty("rawByBatch").GetProperty(bucket).GetDouble() > 0));
        Assert.All([("ratio", "ratioInterval"), ("engineRatio", "engineRatioInterval")], names =>
        {
            double[] interval = [.. report.GetProperty(names.Item2).EnumerateArray().Select(end => end.GetDouble())];
            Assert.InRange(report.GetProperty(names.Item1).GetDouble(), interval[0], interval[1]);
        });
        // No times, so they can be asserted: what the engine was built for.
        Assert.InRange(report.GetProperty("meanBatchFill").GetDouble(), 0.9, 1);
        Assert.InRange(report.GetProperty("allocatedBytesPerRun").GetDouble(), 1, 512);
        // Depends on how many requests end in this second, each of which takes some 20 KiB.
        Assert.True(report.GetProperty("meanAllocatedBytesPerRun").GetDouble() > 0);
    }

    [Fact]
    public async Task Raw_has_every_size_by_itself_and_in_turns_and_names_those_that_are_left_out()
    {
        Dclassify run = await Dclassify.RunAsync("bench", "--raw", "--json", "--seconds", "1", "--device", "cpu", "--model", "scenes");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement report = document.RootElement;
        string[] alone = [.. report.GetProperty("rawByBatch").EnumerateObject().Select(size => size.Name)];
        Assert.Equal(alone, report.GetProperty("rawInTurns").EnumerateObject().Select(size => size.Name));
        Assert.Equal(["1", "2", "4", "8", "16", "32"], alone.Concat(report.GetProperty("leftOut").EnumerateArray().Select(size => $"{size}")));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_said_in_one_line()
    {
        // The discard port: nothing listens.
        Dclassify run = await Dclassify.RunAsync("bench", "--seconds", "1", "--url", "http://127.0.0.1:9");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("http://127.0.0.1:9/ does not answer", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--clients is 0; it must be from 1 to 200", "--clients", "0")]
    [InlineData("--mixed and --raw run in this process", "--mixed", "--clients", "8")]
    [InlineData("--url is 'here'; it must be an address", "--url", "here")]
    [InlineData("--service names the file /nowhere.dll", "--service", "/nowhere.dll")]
    public async Task Options_that_cannot_be_meant_are_said(string message, params string[] arguments)
    {
        Dclassify run = await Dclassify.RunAsync(["bench", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
