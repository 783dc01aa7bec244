using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Service.Api.Input;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>
/// One line of a batch, as the batch APIs of the field have it: <c>custom_id</c>, <c>method</c>, <c>url</c> and <c>body</c>. Stateless.
/// </summary>
internal static class BatchLine
{
    private const string Example = """{"custom_id": "1", "method": "POST", "url": "/classify", "body": {"image": "…base64…"}}""";
    private const int LongestId = 512;

    /// <summary>Checks a line and adds it.</summary>
    /// <param name="line">The line, which is changed: images are decoded where they lie.</param>
    /// <param name="upload">The batch.</param>
    /// <param name="ids">Those of the lines before.</param>
    /// <param name="maxValues">As <see cref="FieldValues"/> has it.</param>
    /// <param name="cancellationToken">Of the request.</param>
    /// <exception cref="ClassificationException">What is wrong with the line.</exception>
    public static Task AddAsync(
        Memory<byte> line, BatchUpload upload, HashSet<string> ids, int maxValues, CancellationToken cancellationToken)
    {
        (string id, string method, string url, Range body) = Read(line.Span);
        if (id.Length is 0 or > LongestId)
            throw Invalid($"custom_id must have 1 to {LongestId} characters: it names the line in the results.");
        if (!ids.Add(id))
            throw Invalid($"custom_id is '{Excerpt.Of(id)}' as in a line before: give each line a name of its own.");
        if (!method.Equals("POST", StringComparison.OrdinalIgnoreCase))
            throw Invalid($"method is '{Excerpt.Of(method)}'; send POST.");
        return url.Replace("/v1/", "/", StringComparison.Ordinal) switch
        {
            "/classify" => upload.AddAsync(id, Classification(line[body], maxValues), cancellationToken),
            "/match" => upload.AddAsync(id, Bind<MatchRequest>(line[body], RequestBinder.Match, maxValues), cancellationToken),
            _ => throw Invalid($"url is '{Excerpt.Of(url)}'; send /classify or /match."),
        };
    }

    private static ClassificationRequest Classification(Memory<byte> body, int maxValues)
    {
        ClassificationRequest request = Bind<ClassificationRequest>(body, RequestBinder.Classify, maxValues);
        JobRequests.CheckForJob(request);
        return request;
    }

    private static T Bind<T>(Memory<byte> body, BodyFields fields, int maxValues) where T : ImageRequest, new()
    {
        (var texts, IReadOnlyList<(string Field, ReadOnlyMemory<byte> Bytes)> files) = new JsonBody(fields, body).Read();
        using var whole = new RequestBody(new FieldValues(texts, maxValues), files, buffer: null);
        return RequestBinder.Bind<T>(whole);
    }

    private static (string Id, string Method, string Url, Range Body) Read(ReadOnlySpan<byte> line)
    {
        string? id = null, method = null, url = null;
        Range? body = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Invalid($"It is not a JSON object, as in: {Example}");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                switch (name)
                {
                    case "custom_id": id = Text(ref reader, name); break;
                    case "method": method = Text(ref reader, name); break;
                    case "url": url = Text(ref reader, name); break;
                    case "body":
                        int start = (int)reader.TokenStartIndex;
                        reader.Skip();
                        body = start..(int)reader.BytesConsumed;
                        break;
                    default: throw Invalid($"There is no field '{Excerpt.Of(name)}'; a line looks like {Example}");
                }
            }

            reader.Read(); // nothing may follow
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw Invalid($"It is not JSON: {exception.Message}", exception);
        }

        return (id ?? throw Missing("custom_id"), method ?? "POST", url ?? throw Missing("url"), body ?? throw Missing("body"));
    }

    private static string Text(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Invalid($"{name} must be a string.");

    private static ClassificationException Missing(string name) => Invalid($"{name} is missing; a line looks like {Example}");

    private static ClassificationException Invalid(string message, Exception? cause = null) =>
        new(ClassificationError.InvalidRequest, message, cause);
}
