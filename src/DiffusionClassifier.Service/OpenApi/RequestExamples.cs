using System.Text.Json.Nodes;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Requests in JSON that the shipped models answer as they stand, each with a sample image of 32×32 pixels in 64 colours, and what a real
/// run answered. Stateless.
/// </summary>
internal static class RequestExamples
{
    /// <summary>A body for <c>POST /classify</c> or <c>POST /match</c>, by the record of its fields.</summary>
    public static JsonNode Of(Type request) => Read(request == typeof(MatchRequest) ? "match-request.json" : "classify-request.json");

    /// <summary>The answer to it.</summary>
    public static JsonNode AnswerTo(Type request) => Read(request == typeof(MatchRequest) ? "match-answer.json" : "classify-answer.json");

    private static JsonNode Read(string resource)
    {
        using Stream stream = typeof(RequestExamples).Assembly.GetManifestResourceStream(resource)!;
        return JsonNode.Parse(stream)!;
    }
}
