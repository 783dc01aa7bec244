using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Service.Tests.Health;

public sealed class HealthApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_live_while_it_loads_and_ready_when_it_has_loaded()
    {
        using var loading = new ManualResetEventSlim();
        await using var service = new TestService { BeforeOpen = loading.Wait };
        using HttpClient client = service.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Cancellation)).StatusCode);
        await Problem.ReadAsync(await client.GetAsync("/health/ready", Cancellation), HttpStatusCode.ServiceUnavailable, "not_ready");

        loading.Set();
        await client.PostAsync("/classify", TestService.Form(), Cancellation); // waits for the model

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_long_batch_does_not_make_health_late()
    {
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        await using var service = new TestService();
        using HttpClient client = service.CreateClient();
        await client.PostAsync("/classify", TestService.Form(), Cancellation);
        service.Model.BeforePredict = _ =>
        {
            running.Set();
            release.Wait();
        };
        Task<HttpResponseMessage> stuck = client.PostAsync("/classify", TestService.Form(), Cancellation);
        running.Wait(Cancellation);

        HttpResponseMessage live = await client.GetAsync("/health/live", Cancellation);
        HttpResponseMessage ready = await client.GetAsync("/health/ready", Cancellation);
        release.Set();

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stuck).StatusCode);
    }

    [Fact]
    public async Task A_device_that_hangs_makes_live_and_ready_fail_until_it_goes_on()
    {
        var time = new FakeTimeProvider();
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        await using var service = new TestService(("Engine:RunTimeout", "00:00:30")) { Time = time };
        using HttpClient client = service.CreateClient();
        await client.PostAsync("/classify", TestService.Form(), Cancellation);
        service.Model.BeforePredict = _ =>
        {
            running.Set();
            release.Wait();
        };
        Task<HttpResponseMessage> stuck = client.PostAsync("/classify", TestService.Form(), Cancellation);
        running.Wait(Cancellation);

        time.Advance(TimeSpan.FromSeconds(30));
        HttpResponseMessage slow = await client.GetAsync("/health/live", Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));
        HttpResponseMessage live = await client.GetAsync("/health/live", Cancellation), ready = await client.GetAsync("/health/ready", Cancellation);
        release.Set();
        await stuck;

        Assert.Equal(HttpStatusCode.OK, slow.StatusCode);
        JsonElement problem = await Problem.ReadAsync(live, HttpStatusCode.ServiceUnavailable, "not_alive");
        Assert.Contains("cpu:0", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Problem.ReadAsync(ready, HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Cancellation)).StatusCode);
    }
}
