using System.Text.Json;

namespace DiffusionClassifier.Cli.Tests.Bench;

public sealed class BenchTests
{
    [Fact]
    public async Task Json_has_rates_a_ratio_with_its_interval_and_allocations()
    {
        Dclassify run = await Dclassify.RunAsync("bench", "--json", "--seconds", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement report = document.RootElement;
        Assert.All(["1", "8", "32"], bucket => Assert.True(report.GetProperty("raw").GetProperty(bucket).GetDouble() > 0));
        Assert.True(report.GetProperty("engine").GetDouble() > 0);
        double[] interval = [.. report.GetProperty("ratioInterval").EnumerateArray().Select(end => end.GetDouble())];
        Assert.Equal(2, interval.Length);
        Assert.InRange(report.GetProperty("ratio").GetDouble(), interval[0], interval[1]);
        Assert.InRange(report.GetProperty("slices").GetInt32(), 20, int.MaxValue);
        // No time, so it can be asserted: the target that the engine was built for.
        Assert.InRange(report.GetProperty("allocatedBytesPerRun").GetDouble(), 0, 512);
    }
}
