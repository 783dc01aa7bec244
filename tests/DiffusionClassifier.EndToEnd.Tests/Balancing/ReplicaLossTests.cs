using System.Net;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Two replicas behind nginx, one of which stops, is lost, or comes back elsewhere.</summary>
[Collection(ManyProcesses.OneAtATime)]
public sealed class ReplicaLossTests : IAsyncLifetime
{
    private const int Clients = 6;
    private const int RequestsBefore = 12; // before one replica is told to stop: both have had some

    private readonly ReplicaSet _set = new(prefix: "/vision");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServiceProcess First => _set.Replicas[0];

    private ServiceProcess Second => _set.Replicas[1];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(NginxProcess.IsInstalled, "nginx is not installed.");
        await _set.StartAsync(2, Cancellation);
    }

    public ValueTask DisposeAsync() => _set.DisposeAsync();

    [Fact]
    public async Task A_replica_that_is_told_to_stop_under_load_costs_no_client_an_error()
    {
        using var stop = new CancellationTokenSource();
        int answered = 0;
        var warm = new TaskCompletionSource();
        Task<List<string>> load = LoadAsync(() =>
        {
            if (Interlocked.Increment(ref answered) == RequestsBefore)
                warm.SetResult();
        }, stop.Token);
        await Task.WhenAny(warm.Task, load);

        await Shell.RunAsync($"kill -TERM {First.Id}", Cancellation);
        int exitCode = await First.WaitForExitAsync();
        HttpResponseMessage late = await ClassifyAsync(trials: 8); // its replica is gone: nobody listens there

        await stop.CancelAsync();
        Assert.Empty(await load);
        Assert.Equal(0, exitCode);
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.True(await AnsweredAsync(Second) > 0);
    }

    [Fact]
    public async Task A_replica_that_comes_back_on_another_address_is_found()
    {
        await _set.RecreateAsync(First, Cancellation);
        await _set.RecreateAsync(First, Cancellation); // none is now where nginx found it when it started

        await _set.ClassifyManyAsync(Cancellation);

        Assert.True(await AnsweredAsync(First) > 0);
        Assert.True(await AnsweredAsync(Second) > 0);
    }

    [Fact]
    public async Task A_request_that_a_replica_may_have_died_of_is_not_given_to_the_other()
    {
        Task<HttpResponseMessage> endless = ClassifyAsync(trials: 100_000);
        ServiceProcess? victim = null;
        while (victim is null && !endless.IsCompleted)
            victim = await RowsAsync(First) > 0 ? First : await RowsAsync(Second) > 0 ? Second : null;
        ServiceProcess other = victim == First ? Second : First;

        await Shell.RunAsync($"kill -KILL {victim!.Id}", Cancellation);

        Assert.Equal(HttpStatusCode.BadGateway, (await endless).StatusCode);
        Assert.Equal(0, await RowsAsync(other));
        Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(trials: 8)).StatusCode);
    }

    private static Task<double> RowsAsync(ServiceProcess service) => service.MetricAsync("dc_rows_total");

    private static Task<double> AnsweredAsync(ServiceProcess service) => ReplicaSet.AnsweredAsync(service);

    private Task<HttpResponseMessage> ClassifyAsync(int trials) => _set.ClassifyAsync(trials, Cancellation);

    // Clients that ask again and again; what they got other than an answer.
    private async Task<List<string>> LoadAsync(Action answered, CancellationToken stop)
    {
        List<string> errors = [];
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                HttpResponseMessage response = await ClassifyAsync(trials: 16);
                answered();
                if (response.StatusCode == HttpStatusCode.OK)
                    continue;
                string body = await response.Content.ReadAsStringAsync(Cancellation);
                lock (errors)
                    errors.Add($"{(int)response.StatusCode} {body}");
            }
        }));
        return errors;
    }
}
