using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Answers on their way, over real connections: as events, cut by a deadline, given up by the client.</summary>
public sealed class EventStreamTests(TalkativeService fixture) : IClassFixture<TalkativeService>
{
    private const int Patience = 120_000; // ms: a hang, not a measurement
    private const string Endless = "100000"; // trials: minutes of work
    private const int LargestBatch = 32; // rows: Onnx:MaxBatch

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServiceProcess Service => fixture.Service;

    [Fact(Timeout = Patience)]
    public async Task The_command_of_the_readme_shows_answers_that_get_better_and_then_the_answer()
    {
        (int exitCode, string output) = await Shell.RunAsync(
            $"curl -sN -D - -H 'Accept: text/event-stream' -F image=@{Repository.Sample("ship.png")} -F trials=200 -F strategy=fixed {Service.Client.BaseAddress}classify", Cancellation);

        string[] parts = output.Split("\r\n\r\n", 2);
        (string Name, JsonElement Data)[] events = [.. Events(parts[1])];
        Assert.Equal(0, exitCode);
        Assert.Contains("HTTP/1.1 200", parts[0], StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/event-stream", parts[0], StringComparison.Ordinal);
        Assert.Contains("X-Accel-Buffering: no", parts[0], StringComparison.Ordinal);
        Assert.NotEmpty(events[..^1]);
        Assert.All(events[..^1], item => Assert.Equal("progress", item.Name));
        Assert.Equal("result", events[^1].Name);
        int[] rows = [.. events.Select(item => item.Data.GetProperty("cost").GetProperty("rows").GetInt32())];
        Assert.Equal(rows.Distinct().Order(), rows);
        Assert.Equal(2000, rows[^1]);
        JsonElement json = await ClassifyAsync(("trials", "200"));
        Assert.Equal(json.GetProperty("prediction").GetString(), events[^1].Data.GetProperty("prediction").GetString());
        Assert.Equal(json.EnumerateObject().Select(property => property.Name), events[0].Data.EnumerateObject().Select(property => property.Name));
    }

    [Theory(Timeout = Patience)]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task A_client_that_hangs_up_costs_no_more_than_the_batches_that_were_on_their_way(string accept)
    {
        double before = await MetricAsync("dc_rows_total", "state=\"wasted\"");
        using var hangUp = new CancellationTokenSource();
        var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = ServiceProcess.Form("ship.png", ("trials", Endless)), Headers = { { "Accept", accept } } };
        Task read = ReadToEndAsync(request, hangUp.Token);
        double done = await MetricAsync("dc_rows_total", "state=\"run\"");
        while (!read.IsCompleted && await MetricAsync("dc_rows_total", "state=\"run\"") < done + 10 * LargestBatch)
            await Task.Delay(20, Cancellation);

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        while (await MetricAsync("dc_active_jobs", "class=\"bulk\"") > 0)
            await Task.Delay(20, Cancellation);
        await ClassifyAsync(("trials", "1")); // behind whatever was on its way
        Assert.InRange(await MetricAsync("dc_rows_total", "state=\"wasted\"") - before, 0, 2 * LargestBatch);
    }

    [Fact(Timeout = Patience)]
    public async Task A_deadline_gives_the_best_answer_so_far()
    {
        JsonElement answer = await ClassifyAsync(("trials", Endless), ("deadlineMs", "2000"));

        Assert.False(answer.GetProperty("decision").GetProperty("complete").GetBoolean());
        Assert.InRange(answer.GetProperty("cost").GetProperty("rows").GetInt32(), 10, 999_999);
        Assert.Equal("ship", answer.GetProperty("prediction").GetString());
        Assert.Contains("deadline", answer.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, JsonElement Data)> Events(string body)
    {
        foreach (string block in body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => block[0] != ':'))
        {
            string[] lines = block.Split('\n');
            Assert.StartsWith("event: ", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("data: ", lines[1], StringComparison.Ordinal);
            yield return (lines[0]["event: ".Length..], JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement);
        }
    }

    private async Task ReadToEndAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await Service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private async Task<double> MetricAsync(string name, string tag)
    {
        Exposition metrics = Exposition.Parse(await Service.Client.GetStringAsync("/metrics", Cancellation));
        return metrics.Samples.Where(sample => sample.Key.StartsWith(name, StringComparison.Ordinal) && sample.Key.Contains(tag, StringComparison.Ordinal)).Sum(sample => sample.Value);
    }

    private async Task<JsonElement> ClassifyAsync(params (string, string)[] fields)
    {
        HttpResponseMessage response = await Service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", fields), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
