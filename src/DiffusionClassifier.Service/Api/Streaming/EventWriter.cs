using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace DiffusionClassifier.Service.Api.Streaming;

/// <summary>
/// Server-sent events on a response (https://html.spec.whatwg.org/multipage/server-sent-events.html); each is sent at once.
/// </summary>
// Not the framework's TypedResults.ServerSentEvents: it writes no comments, which heartbeats are, and no status line
// before the first event.
internal sealed class EventWriter(HttpResponse response, JsonSerializerOptions json, CancellationToken cancellationToken)
{
    /// <summary>Sends status and headers.</summary>
    public Task StartAsync()
    {
        response.ContentType = AcceptHeader.EventStream;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep the events until there are enough of them
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return FlushAsync();
    }

    /// <summary>Sends an event; JSON on one line, as the form of an event needs it.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="data">Its data.</param>
    /// <param name="id">What a client that connects again says it has seen; null: nothing.</param>
    public async Task WriteAsync<T>(string name, T data, long? id = null)
    {
        await response.WriteAsync(id is null ? $"event: {name}\ndata: " : $"id: {id}\nevent: {name}\ndata: ", cancellationToken);
        await JsonSerializer.SerializeAsync(response.Body, data, json, cancellationToken);
        await response.WriteAsync("\n\n", cancellationToken);
        await FlushAsync();
    }

    /// <summary>
    /// Sends a comment, which clients ignore: it shows proxies that the stream lives, and the server that the client does.
    /// </summary>
    public async Task HeartbeatAsync()
    {
        await response.WriteAsync(": heartbeat\n\n", cancellationToken);
        await FlushAsync();
    }

    private Task FlushAsync() => response.Body.FlushAsync(cancellationToken);
}
