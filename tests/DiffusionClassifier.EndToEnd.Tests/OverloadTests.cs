using System.Net;
using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class OverloadTests
{
    private const int Patience = 300_000; // ms: a hang, not a measurement
    private const int Capacity = 4, Clients = 10 * Capacity, RequestsEach = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Ten_times_more_clients_than_the_server_takes_are_answered_or_told_when_to_come_back_and_none_waits_for_ever()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([.. Key(0, "ada"), .. Key(1, "ben")], "--Engine:MaxActiveRequests", $"{Capacity}", "--Tenants:MaxActiveRequests", $"{Capacity - 1}");

        List<HttpResponseMessage>[] all = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => RunAsync(service, client)));

        HttpResponseMessage[] responses = [.. all.SelectMany(responses => responses)];
        Assert.Equal(Clients * RequestsEach, responses.Length);
        HttpResponseMessage[] refused = [.. responses.Where(response => response.StatusCode != HttpStatusCode.OK)];
        Assert.NotEmpty(refused);
        Assert.NotEqual(responses.Length, refused.Length);
        Assert.All(refused, response => Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable]));
        Assert.All(refused, response => Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)));
        var metrics = Exposition.Parse(await service.Client.GetStringAsync("/metrics", Cancellation));
        Assert.Equal(0, metrics.Samples["""dc_active_jobs{class="interactive"}"""]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, 0, "application/json")).StatusCode);
    }

    private static async Task<List<HttpResponseMessage>> RunAsync(ServiceProcess service, int client)
    {
        List<HttpResponseMessage> responses = [];
        for (int i = 0; i < RequestsEach; i++)
            responses.Add(await SendAsync(service, client % 2, client % 3 == 0 ? "text/event-stream" : "application/json"));
        return responses;
    }

    private static Task<HttpResponseMessage> SendAsync(ServiceProcess service, int tenant, string accept) => service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/classify")
    {
        Content = ServiceProcess.Form("ship.png", ("trials", "40")),
        Headers = { { "Accept", accept }, { "X-API-Key", tenant == 0 ? "ada" : "ben" } },
    }, Cancellation);

    private static (string, string)[] Key(int index, string key) =>
        [($"ApiKeys__{index}__Name", key), ($"ApiKeys__{index}__Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))))];
}
