using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.EndToEnd.Tests.Fuzzing;

/// <summary>tests/fuzz runs the same for longer.</summary>
public sealed class RequestFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1, Cases = 1500;
    private const long GrowthLimit = 96 << 20; // a server's collector takes what it can get; a leak of each request's picture and pixels would be more

    [Fact]
    public async Task Damaged_requests_are_refused_and_the_service_lives_on()
    {
        await using FuzzTarget target = await RequestTarget.StartAsync();

        FuzzReport report = await FuzzRun.RunAsync(target, Seed, Enumerable.Range(0, Cases), TestContext.Current.CancellationToken);

        output.WriteLine($"{report}");
        Assert.True(report.Count("200") > Cases / 100, $"Too few requests were good: {report}");
        Assert.True(report.Count("400 invalid_request") > Cases / 100, $"Too few requests were read: {report}");
        Assert.True(report.Count("no answer") < Cases / 10, $"Too few requests were HTTP: {report}");
        Assert.True(report.Growth < GrowthLimit, $"Memory is not flat: {report}");
    }
}
