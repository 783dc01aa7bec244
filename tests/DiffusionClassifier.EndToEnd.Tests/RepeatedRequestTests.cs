using System.Net;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Requests that come again.</summary>
public sealed class RepeatedRequestTests
{
    private const int Patience = 300_000; // ms: a hang, not a measurement
    private const int Clients = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Many_clients_with_one_question_cost_one_answer()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([("Cache__MaxBytes", "67108864")]);

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => SendAsync(service, key: null)));
        JsonElement[] answers = [.. await Task.WhenAll(responses.Select(ReadAsync))];

        JsonElement own = Assert.Single(answers, answer => !answer.GetProperty("cost").GetProperty("cached").GetBoolean());
        Assert.All(answers, answer => Assert.Equal(own.GetProperty("labels").GetRawText(), answer.GetProperty("labels").GetRawText()));
        Assert.Equal(Clients, answers.Select(answer => answer.GetProperty("id").GetString()).Distinct().Count());
        var metrics = Exposition.Parse(await service.Client.GetStringAsync("/metrics", Cancellation));
        Assert.Equal(1, metrics.Samples["""dc_answers_total{result="miss"}"""]);
        Assert.InRange(metrics.Samples["dc_answers_size_bytes"], 1_000, 1_000_000);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_is_sent_again_with_its_key_gets_the_same_response()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([("Cache__MaxBytes", "0")]);

        HttpResponseMessage[] twice = await Task.WhenAll(SendAsync(service, "a"), SendAsync(service, "a"));
        HttpResponseMessage later = await SendAsync(service, "a"), other = await SendAsync(service, "b");

        string expected = await later.Content.ReadAsStringAsync(Cancellation);
        Assert.All(twice, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal([expected, expected], await Task.WhenAll(twice.Select(response => response.Content.ReadAsStringAsync(Cancellation))));
        Assert.NotEqual(expected, await other.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(service, "a", ("trials", "9"))).StatusCode);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static Task<HttpResponseMessage> SendAsync(ServiceProcess service, string? key, params (string, string)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = ServiceProcess.Form("ship.png", [("labels", """["ship","cat"]"""), .. fields]) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return service.Client.SendAsync(request, Cancellation);
    }
}
