using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests;

/// <summary>An answer as a browser reads it: the framework's own parser, not a match of ours.</summary>
internal sealed class ServerEvents(HttpResponseMessage response) : IDisposable
{
    public HttpResponseMessage Response { get; } = response;

    /// <summary>Asks for events; returns when the headers are there.</summary>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpContent body, string accept = "text/event-stream")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = body };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public static async Task<ServerEvents> StartAsync(HttpClient client, HttpContent body)
    {
        HttpResponseMessage response = await SendAsync(client, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("text/event-stream"), response.Content.Headers.ContentType);
        return new ServerEvents(response);
    }

    public async IAsyncEnumerable<(string Name, JsonElement Data)> ReadAsync()
    {
        Stream stream = await Response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        SseParser<JsonElement> parser = SseParser.Create(stream, (_, data) => JsonDocument.Parse(data.ToArray()).RootElement);
        await foreach (SseItem<JsonElement> item in parser.EnumerateAsync(TestContext.Current.CancellationToken))
            yield return (item.EventType, item.Data);
    }

    public void Dispose() => Response.Dispose();
}
