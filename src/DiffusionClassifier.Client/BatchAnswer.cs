using System.Text.Json;
using System.Text.Json.Serialization;

namespace DiffusionClassifier.Client;

/// <summary>The result of one request of a batch: an answer or an error.</summary>
/// <param name="Index">The number of the request, from 0.</param>
/// <param name="Id">
/// Its name: <see cref="BatchItem.Id"/>, or <see cref="BatchImage.Name"/> and a number where it is not the first image of that name.
/// </param>
/// <param name="Answer">The answer to a classification; else null.</param>
/// <param name="Match">The answer to a match; else null.</param>
/// <param name="Error">Why there is no answer; null if there is one.</param>
public sealed record BatchAnswer(int Index, string Id, ClassificationResult? Answer, MatchResult? Match, ImageError? Error)
{
    internal static BatchAnswer Parse(string line)
    {
        Line read = ServerConnection.Parse<Line>(line);
        JsonElement? body = read.Response?.Body;
        bool isMatch = body?.TryGetProperty("captions", out _) == true;
        return new BatchAnswer(
            read.Index,
            read.CustomId,
            isMatch ? null : body?.Deserialize<ClassificationResult>(AnswerJson.Options),
            isMatch ? body?.Deserialize<MatchResult>(AnswerJson.Options) : null,
            read.Error is { } error ? new ImageError(error.StatusCode, error.Code, error.Detail) : null);
    }

    // As other batch APIs have it, and as the server writes it.
    private sealed record Line(
        int Index, [property: JsonPropertyName("custom_id")] string CustomId, LineResponse? Response, LineError? Error);

    private sealed record LineResponse(JsonElement Body);

    private sealed record LineError([property: JsonPropertyName("status_code")] int StatusCode, string Code, string Detail);
}
