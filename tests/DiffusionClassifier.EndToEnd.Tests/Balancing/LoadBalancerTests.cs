using System.Net;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Two replicas behind nginx with the configuration that ships.</summary>
/// <param name="prefix">The path under which clients see them.</param>
public abstract class LoadBalancerTests(string prefix) : IAsyncLifetime
{
    private const int Clients = 6;
    private const int Many = 30; // requests of which each goes to either by chance: all to one in a billion runs
    private const int RequestsBefore = 12; // before one replica is told to stop: both have had some

    private readonly ReplicaSet _set = new(prefix);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected HttpClient Client => _set.Client;

    private ServiceProcess First => _set.Replicas[0];

    private ServiceProcess Second => _set.Replicas[1];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(NginxProcess.IsInstalled, "nginx is not installed.");
        await _set.StartAsync(2, Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _set.DisposeAsync();
    }

    [Fact]
    public async Task Requests_are_spread_over_both_replicas_and_metrics_are_not_shown()
    {
        await ClassifyManyAsync();

        double first = await AnsweredAsync(First), second = await AnsweredAsync(Second);
        Assert.Equal(Many, first + second);
        Assert.InRange(first, 1, Many - 1);
        foreach (string address in (string[])["metrics", "metrics/", "Metrics", "METRICS/", "metric%73", "metrics?a=b", "/metrics"])
            Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(address, Cancellation)).StatusCode);
    }

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

        await ClassifyManyAsync();

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

    [Fact]
    public async Task What_both_replicas_say_reaches_the_client_as_it_was_said()
    {
        HttpResponseMessage response = await Client.PostAsync("classify", ServiceProcess.Form("ship.png", ("labels", "shp")), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_too_large_for_memory_gets_through_and_one_too_large_for_the_service_does_not()
    {
        HttpResponseMessage large = await PostAsync(megabytes: 60), tooLarge = await PostAsync(megabytes: 95);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, large.StatusCode); // the service has looked at it: it is no picture
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);

        Task<HttpResponseMessage> PostAsync(int megabytes) => Client.PostAsync("classify",
            new MultipartFormDataContent { { new ByteArrayContent(new byte[megabytes << 20]), "image", "large.png" } }, Cancellation);
    }

    private static Task<double> RowsAsync(ServiceProcess service) => service.MetricAsync("dc_rows_total");

    private static Task<double> AnsweredAsync(ServiceProcess service) => service.MetricAsync("dc_requests_total", "outcome=\"answered\"");

    private Task<HttpResponseMessage> ClassifyAsync(int trials) => Client.PostAsync("classify", ServiceProcess.Form("ship.png", ("trials", $"{trials}")), Cancellation);

    // One after the other: those that wait for one answer of the name server all go to the address that it names first.
    private async Task ClassifyManyAsync()
    {
        for (int i = 0; i < Many; i++)
            Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(trials: 1)).StatusCode);
    }

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
