using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Benches.Mixed;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Evaluation.Tests.Benches.Mixed;

public sealed class MixedBenchmarkTests
{
    private static readonly TimeSpan Call = TimeSpan.FromMilliseconds(2); // of the fake, for that there is something to wait for

    [Fact]
    public async Task Every_policy_is_measured_with_every_number_of_large_requests()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8, 16) { BeforePredict = _ => Thread.Sleep(Call) };
        var benchmark = new MixedBenchmark(
            new FakeModelSource(model), new DeviceOptions(), labels: null, NullLoggerFactory.Instance, TimeProvider.System);

        MixedReport report = await benchmark.RunAsync(seconds: 4, new Progress<double>(), TestContext.Current.CancellationToken);

        Assert.Equal(100, report.SmallRows);
        Assert.Equal(
            from policy in (string[])["fair", "fifo", "round-robin"] from big in (int[])[0, 1, 4, 16] select (policy, big),
            report.Results.Select(result => (result.Policy, result.Big)));
        Assert.All(report.Results, result =>
        {
            Assert.True(result.RowsPerSecond >= 0 && result.IsolatedP99 > 0 && result.Answered <= result.Sent);
            Assert.Equal(result.Big == 0, result.Jain is null);
        });
        // The first of the large ones has the device for itself.
        MixedResult starved = report.Results.Single(result => result is { Policy: "fifo", Big: 16 });
        Assert.Equal((0, null, null), (starved.Answered, starved.P50, starved.Slowdown));
        Assert.Equal(1.0 / 16, starved.Jain!.Value, precision: 9);
    }
}
