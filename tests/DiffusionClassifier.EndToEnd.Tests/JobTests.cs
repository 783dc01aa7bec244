using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Jobs of the real server: accepted once, answered whatever becomes of the process.</summary>
public sealed class JobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task A_job_outlives_its_process_and_has_the_answer_of_the_same_request(string signal)
    {
        Uri? location;
        int before;
        await using (ServiceProcess first = await StartAsync("--Engine:DrainTimeout", "00:00:01"))
        {
            HttpResponseMessage accepted = await first.Client.PostAsync("/jobs", ServiceProcess.Form("ship.png", ("trials", "100")), Cancellation);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            location = accepted.Headers.Location;
            do
                before = (await JobAsync(first, location)).GetProperty("rows").GetInt32();
            while (before <= 10);
            await Shell.RunAsync($"kill -{signal} {first.Id}", Cancellation);
            await first.WaitForExitAsync();
        }

        await using ServiceProcess second = await StartAsync();
        JsonElement ended = await EndAsync(second, location!);
        JsonElement direct = await (await second.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "100")), Cancellation))
            .Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        Assert.InRange(before, 11, 999);
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Equal(1_000, ended.GetProperty("rows").GetInt32());
        Assert.Equal("ship", ended.GetProperty("answer").GetProperty("prediction").GetString());
        Assert.Equal(MeanError(direct), MeanError(ended.GetProperty("answer")), 6);
    }

    [Fact]
    public async Task A_client_that_prefers_to_wait_has_the_answer_and_one_that_does_not_a_job()
    {
        await using ServiceProcess service = await StartAsync();

        HttpResponseMessage waited = await SendAsync(service, "respond-async, wait=30", "2");
        HttpResponseMessage accepted = await SendAsync(service, "respond-async", "2");

        Assert.Equal(HttpStatusCode.OK, waited.StatusCode);
        Assert.Equal("respond-async", Assert.Single(waited.Headers.GetValues("Preference-Applied")));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        string events = await service.Client.GetStringAsync($"{accepted.Headers.Location}/events", Cancellation);
        Assert.Contains("event: result\ndata: ", events, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"succeeded\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_request_becomes_a_job_by_itself_where_that_is_set_and_a_small_one_does_not()
    {
        await using ServiceProcess service = await StartAsync("--Jobs:FromSeconds", "5");

        HttpResponseMessage large = await SendAsync(service, "wait=0", "50000"), small = await SendAsync(service, "wait=0", "2");
        await service.Client.DeleteAsync(large.Headers.Location, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (large.StatusCode, small.StatusCode));
        Assert.False(large.Headers.Contains("Preference-Applied"));
    }

    [Fact]
    public async Task A_client_that_lost_its_stream_goes_on_where_it_was()
    {
        await using ServiceProcess service = await StartAsync();
        HttpResponseMessage accepted = await SendAsync(service, "respond-async", "2");
        string events = await service.Client.GetStringAsync($"{accepted.Headers.Location}/events", Cancellation);
        string last = events.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{accepted.Headers.Location}/events");
        request.Headers.Add("Last-Event-ID", last);
        string again = await (await service.Client.SendAsync(request, Cancellation)).Content.ReadAsStringAsync(Cancellation);

        Assert.DoesNotContain("event: progress", again, StringComparison.Ordinal);
        Assert.Contains($"id: {last}\nevent: result", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trials_are_added_and_a_match_is_a_job_as_well()
    {
        await using ServiceProcess service = await StartAsync();
        HttpResponseMessage accepted = await service.Client.PostAsync("/jobs", ServiceProcess.Form("ship.png", ("trials", "4"), ("strategy", "fixed")), Cancellation);
        await EndAsync(service, accepted.Headers.Location!);

        HttpResponseMessage more = await service.Client.PostAsJsonAsync($"{accepted.Headers.Location}/trials", new { trials = 3 }, Cancellation);
        HttpResponseMessage wrong = await service.Client.PostAsJsonAsync($"{accepted.Headers.Location}/trials", new { trials = "many" }, Cancellation);
        JsonElement ended = await EndAsync(service, accepted.Headers.Location!);
        using var match = new MultipartFormDataContent
        {
            { new ByteArrayContent(await File.ReadAllBytesAsync(Repository.Sample("ship.png"), Cancellation)), "images", "ship.png" },
            { new StringContent("ship"), "captions" },
            { new StringContent("4"), "trials" },
        };
        HttpResponseMessage matched = await service.Client.PostAsync("/jobs", match, Cancellation);
        JsonElement end = await EndAsync(service, matched.Headers.Location!);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.BadRequest), (more.StatusCode, wrong.StatusCode));
        Assert.Equal((70, 7), (ended.GetProperty("rows").GetInt32(), ended.GetProperty("answer").GetProperty("decision").GetProperty("trials").GetInt32()));
        Assert.Equal("ship", end.GetProperty("match").GetProperty("images")[0].GetProperty("prediction").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private static double MeanError(JsonElement answer) => answer.GetProperty("labels")[0].GetProperty("meanError").GetDouble();

    private static Task<JsonElement> JobAsync(ServiceProcess service, Uri? location) => service.Client.GetFromJsonAsync<JsonElement>(location, Cancellation);

    private static async Task<JsonElement> EndAsync(ServiceProcess service, Uri location)
    {
        JsonElement job = await JobAsync(service, location);
        while (job.GetProperty("ended").ValueKind == JsonValueKind.Null)
        {
            await Task.Delay(100, Cancellation);
            job = await JobAsync(service, location);
        }

        return job;
    }

    private static async Task<HttpResponseMessage> SendAsync(ServiceProcess service, string preference, string trials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = ServiceProcess.Form("ship.png", ("trials", trials)) };
        request.Headers.Add("Prefer", preference);
        return await service.Client.SendAsync(request, Cancellation);
    }

    private Task<ServiceProcess> StartAsync(params string[] arguments) => ServiceProcess.StartAsync(["--Jobs:Folder", _folder.Path, .. arguments]);
}
