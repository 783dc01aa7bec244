using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Three replicas behind nginx, created anew one after the other, as an update does.</summary>
[Collection(ManyProcesses.OneAtATime)]
public sealed class RollingRestartTests : IAsyncLifetime
{
    private const int Clients = 6;

    // 2,000 as docs/deploy.md says: ROLLING_RESTART_REQUESTS=2000.
    private static readonly int Least =
        int.Parse(Environment.GetEnvironmentVariable("ROLLING_RESTART_REQUESTS") ?? "100", CultureInfo.InvariantCulture);

    private readonly ReplicaSet _set = new(prefix: "");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(NginxProcess.IsInstalled, "nginx is not installed.");
        await _set.StartAsync(3, Cancellation);
    }

    [Fact]
    public async Task A_rolling_restart_under_load_costs_no_request_an_error()
    {
        using var done = new CancellationTokenSource();
        int sent = 0;
        List<string> failures = [];
        var clock = Stopwatch.StartNew();
        Task load = Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (!done.IsCancellationRequested || Volatile.Read(ref sent) < Least)
            {
                Interlocked.Increment(ref sent);
                if (await FailureAsync() is { } failure)
                {
                    lock (failures)
                        failures.Add($"{clock.Elapsed}: {failure}");
                }
            }
        }));

        foreach (ServiceProcess replica in _set.Replicas)
            await _set.RecreateAsync(replica, Cancellation);
        await done.CancelAsync();
        await load;

        TestContext.Current.TestOutputHelper!.WriteLine($"{sent} requests in {clock.Elapsed.TotalSeconds:F1} s, {failures.Count} failed.");
        Assert.Empty(failures);
        Assert.InRange(sent, Least, int.MaxValue);
        foreach (ServiceProcess replica in _set.Replicas)
            Assert.True(await replica.MetricAsync("dc_requests_total", "outcome=\"answered\"") > 0 || replica == _set.Replicas[^1]); // the last may have come too late
    }

    public ValueTask DisposeAsync() => _set.DisposeAsync();

    private async Task<string?> FailureAsync()
    {
        using HttpResponseMessage response = await _set.Client.PostAsync("classify", ServiceProcess.Form("ship.png", ("trials", "2")), Cancellation);
        return response.StatusCode == HttpStatusCode.OK ? null : $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
    }
}
