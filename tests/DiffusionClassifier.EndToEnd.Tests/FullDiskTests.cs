using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>A disk without space left, as a limit on the size of the server's files makes one.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_new_jobs_and_no_accepted_one_is_lost()
    {
        await using ServiceProcess service = await ServiceProcess.StartOnSmallDiskAsync();
        HttpResponseMessage accepted = await SubmitAsync(service, trials: "200");
        while ((await JobAsync(service, accepted.Headers.Location)).GetProperty("rows").GetInt32() <= 10)
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);

        await LimitFilesAsync(service, "4096"); // less than the file of the jobs has by now: every write beyond fails
        HttpResponseMessage refused = await SubmitAsync(service, trials: "2");
        HttpResponseMessage answered = await service.Client.PostAsync(
            "/classify", ServiceProcess.Form("ship.png", ("trials", "2")), Cancellation);
        await service.LineAsync("has no space left; jobs wait for it");
        JsonElement waiting = await JobAsync(service, accepted.Headers.Location);
        await LimitFilesAsync(service, "unlimited");
        HttpResponseMessage again = await SubmitAsync(service, trials: "2");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (accepted.StatusCode, again.StatusCode));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (refused.StatusCode, answered.StatusCode));
        Assert.Contains("has no space left", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.True(refused.Headers.RetryAfter is not null);
        Assert.NotEqual("succeeded", waiting.GetProperty("status").GetString());
        JsonElement first = await EndAsync(service, accepted.Headers.Location), second = await EndAsync(service, again.Headers.Location);
        Assert.Equal(("ship", 2_000), (Prediction(first), first.GetProperty("rows").GetInt32()));
        Assert.Equal(("ship", 20), (Prediction(second), second.GetProperty("rows").GetInt32()));
        JsonElement all = await service.Client.GetFromJsonAsync<JsonElement>("/jobs", Cancellation);
        Assert.Equal(2, all.GetProperty("jobs").GetArrayLength());
    }

    private static Task<HttpResponseMessage> SubmitAsync(ServiceProcess service, string trials) =>
        service.Client.PostAsync("/jobs", ServiceProcess.Form("ship.png", ("trials", trials)), Cancellation);

    // The soft limit: it can be lifted again without any right.
    private static async Task LimitFilesAsync(ServiceProcess service, string bytes) =>
        Assert.Equal(0, (await Shell.RunAsync($"prlimit --pid {service.Id} --fsize={bytes}:", Cancellation)).ExitCode);

    private static Task<JsonElement> JobAsync(ServiceProcess service, Uri? job) =>
        service.Client.GetFromJsonAsync<JsonElement>(job, Cancellation);

    private static async Task<JsonElement> EndAsync(ServiceProcess service, Uri? job)
    {
        await service.Client.GetStringAsync($"{job}/events", Cancellation); // until its end
        return await JobAsync(service, job);
    }

    private static string? Prediction(JsonElement job) => job.GetProperty("answer").GetProperty("prediction").GetString();
}
