using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Streaming;

/// <summary>Which form of an answer a client prefers (RFC 9110, 12.5.1). Stateless.</summary>
internal static class AcceptHeader
{
    public const string Json = "application/json", EventStream = "text/event-stream", JsonLines = "application/x-ndjson", Csv = "text/csv";

    // The first of those that a client likes as well.
    private static readonly string[] Forms = [Json, EventStream, JsonLines, Csv];

    /// <summary>One of the forms; JSON for a client to whom another is only as good.</summary>
    public static string Preferred(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> ranges = request.GetTypedHeaders().Accept;
        return Forms.MaxBy(form => Quality(ranges, form))!;
    }

    // Of several ranges that match, the most specific one counts.
    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type) => ranges
        .Where(range => range.MatchesMediaType(type))
        .OrderBy(range => range.MatchesAllTypes).ThenBy(range => range.MatchesAllSubTypes)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();
}
