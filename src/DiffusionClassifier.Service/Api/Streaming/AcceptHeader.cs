using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Streaming;

/// <summary>Which form of an answer a client prefers (RFC 9110, 12.5.1). Stateless.</summary>
internal static class AcceptHeader
{
    public const string EventStream = "text/event-stream", Json = "application/json";

    /// <summary>Whether a stream is preferred to JSON; a client to whom both are as good gets JSON.</summary>
    public static bool PrefersEventStream(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> ranges = request.GetTypedHeaders().Accept;
        return Quality(ranges, EventStream) > Quality(ranges, Json);
    }

    // Of several ranges that match, the most specific one counts.
    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type) => ranges
        .Where(range => range.MatchesMediaType(type))
        .OrderBy(range => range.MatchesAllTypes).ThenBy(range => range.MatchesAllSubTypes)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();
}
