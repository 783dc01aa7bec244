using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>When an answer is due, in which class a request runs, and where its time went.</summary>
public sealed class RequestPaceTests
{
    private const int Patience = 60_000; // ms: a hang, not a measurement

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/classify", "image")]
    [InlineData("/match", "images")]
    public async Task A_request_runs_in_the_class_that_it_asks_for(string path, string file)
    {
        await using var service = new TestService();
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync(path, Form(file, ("priority", "Bulk")), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("dc_requests_total{class=\"bulk\",outcome=\"answered\"} 1\n", await client.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("priority", "urgent", "'interactive', 'standard', 'bulk'")]
    [InlineData("deadlineMs", "0", "at least 1")]
    [InlineData("deadlineMs", "soon", "a whole number")]
    public async Task A_pace_that_makes_no_sense_is_refused_with_what_would(string field, string value, string detail)
    {
        await using var service = new TestService();
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/classify", TestService.Form((field, value)), Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact(Timeout = Patience)]
    public async Task A_deadline_before_the_first_trial_is_a_504()
    {
        var time = new FakeTimeProvider();
        await using var service = new TestService { Time = time };
        using HttpClient client = service.CreateClient();
        await client.PostAsync("/classify", TestService.Form(), Cancellation);
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        service.Model.BeforePredict = _ =>
        {
            running.Set();
            release.Wait();
        };
        Task<HttpResponseMessage> late = client.PostAsync("/classify", TestService.Form(("deadlineMs", "1000")), Cancellation);
        running.Wait(Cancellation);

        time.Advance(TimeSpan.FromSeconds(1));
        JsonElement problem = await Problem.ReadAsync(await late, HttpStatusCode.GatewayTimeout, "deadline_exceeded");
        release.Set();

        Assert.Equal("deadlineMs", problem.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("/classify", "image")]
    [InlineData("/match", "images")]
    public async Task The_phases_of_an_answer_are_in_a_header(string path, string file)
    {
        await using var service = new TestService();
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync(path, Form(file), Cancellation);

        const string Number = @"(\d+(?:\.\d+)?)";
        System.Text.RegularExpressions.Match phases = System.Text.RegularExpressions.Regex.Match(
            response.Headers.GetValues("Server-Timing").Single(), $"^queue;dur={Number}, encode;dur={Number}, denoise;dur={Number}, total;dur={Number}$");
        double[] milliseconds = [.. phases.Groups.Values.Skip(1).Select(group => double.Parse(group.Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(4, milliseconds.Length);
        Assert.InRange(milliseconds[2], double.Epsilon, milliseconds[3]);
        Assert.InRange(milliseconds[0] + milliseconds[1], 0, milliseconds[3]);
    }

    private static MultipartFormDataContent Form(string file, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent([1]), file, "a.png" } };
        foreach ((string name, string value) in file == "images" ? [.. fields, ("captions", "class 1")] : fields)
            form.Add(new StringContent(value), name);
        return form;
    }
}
