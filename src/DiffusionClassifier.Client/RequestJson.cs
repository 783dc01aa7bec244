using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace DiffusionClassifier.Client;

/// <summary>Requests as JSON: what was not set is not sent, so that the server's defaults hold. Stateless.</summary>
internal static class RequestJson
{
    public static JsonSerializerOptions Options { get; } = new(AnswerJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } },
    };

    /// <summary>The body of a request, as often as it is sent.</summary>
    public static Func<HttpContent> Content(ImageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), Options);
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>The fields of a request as a form has them: lists as JSON arrays.</summary>
    public static IEnumerable<(string Name, string Text)> Texts(ImageRequest request) =>
        JsonSerializer.SerializeToNode(request, request.GetType(), Options)!.AsObject().Select(field => (field.Key, Text(field.Value!)));

    private static string Text(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(Options);

    private static void LeaveOut(JsonTypeInfo info)
    {
        if (!info.Type.IsAssignableTo(typeof(ImageRequest)))
            return;
        foreach (JsonPropertyInfo property in info.Properties)
        {
            property.ShouldSerialize = (_, value) =>
                value is not (null or ReadOnlyMemory<byte> { IsEmpty: true } or IReadOnlyList<ReadOnlyMemory<byte>> { Count: 0 });
        }
    }
}
