using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>Reads multipart/form-data, or application/json with the same fields and images in base64. Stateless.</summary>
internal static class BodyReader
{
    /// <exception cref="ClassificationException">The body is neither, cannot be read, or has a field that does not exist.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, BodyFields fields, CancellationToken cancellationToken)
    {
        // Routing lets a request without a content type, or with one that is no header value, through to here.
        if (request.HasFormContentType)
            return await ReadFormAsync(request, fields, cancellationToken);
        if (request.HasJsonContentType())
            return await ReadJsonAsync(request, fields, cancellationToken);
        throw new ClassificationException(ClassificationError.UnsupportedContentType, Problems.SendForm);
    }

    private static async Task<RequestBody> ReadFormAsync(HttpRequest request, BodyFields fields, CancellationToken cancellationToken)
    {
        IFormCollection form = await ParseFormAsync(request, cancellationToken);
        foreach (string name in form.Keys)
            fields.CheckText(name);
        foreach (IFormFile file in form.Files)
            fields.CheckFile(file.Name);
        List<ReadOnlyMemory<byte>> files = [];
        foreach (IFormFile file in form.Files)
        {
            var bytes = new byte[file.Length];
            await using Stream stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            files.Add(bytes);
        }

        return new RequestBody(new FieldValues(form.ToDictionary(field => field.Key, field => field.Value)), files);
    }

    private static async Task<IFormCollection> ParseFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException) // the latter: a charset that .NET refuses, such as UTF-7
        {
            throw new ClassificationException(ClassificationError.InvalidRequest, $"The form cannot be read: {exception.Message}", exception);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest, "The form ends before it is complete: the upload was cut off. Send it again.", exception);
        }
    }

    private static async Task<RequestBody> ReadJsonAsync(HttpRequest request, BodyFields fields, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(request.Body, default, cancellationToken);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ClassificationException(ClassificationError.InvalidRequest, $"The body must be a JSON object, as in: {{ \"{fields.File}\": \"…base64…\" }}.");
            return FromJson(document.RootElement, fields);
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException or InvalidOperationException) // the last: half a surrogate pair, "\ud800"
        {
            throw new ClassificationException(ClassificationError.InvalidRequest, $"The body is not JSON: {exception.Message}", exception);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest, "The body ends before it is complete: the upload was cut off. Send it again.", exception);
        }
    }

    private static RequestBody FromJson(JsonElement body, BodyFields fields)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        List<ReadOnlyMemory<byte>> files = [];
        foreach (JsonProperty property in body.EnumerateObject())
        {
            fields.CheckProperty(property.Name);
            if (property.Name == fields.File)
                files.AddRange((property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray() : Enumerable.Repeat(property.Value, 1)).Select(value => Base64(value, fields.File)));
            else if (property.Value.ValueKind == JsonValueKind.Object)
                throw new ClassificationException(ClassificationError.InvalidRequest, $"{property.Name} must be a value or an array, not an object.") { Field = property.Name };
            else if (property.Value.ValueKind != JsonValueKind.Null)
                values[property.Name] = StringValues.Concat(values.GetValueOrDefault(property.Name), property.Value.ToString());
        }

        return new RequestBody(new FieldValues(values), files);
    }

    // With or without the "data:image/png;base64," that browsers put in front.
    private static ReadOnlyMemory<byte> Base64(JsonElement value, string field)
    {
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        ReadOnlySpan<char> digits = text.AsSpan();
        if (digits.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            digits = digits[(digits.IndexOf(',') + 1)..];
        var bytes = new byte[digits.Length / 4 * 3 + 3];
        return text is not null && Convert.TryFromBase64Chars(digits, bytes, out int length)
            ? bytes.AsMemory(0, length)
            : throw new ClassificationException(ClassificationError.InvalidRequest, $"{field} must be the image file in base64.") { Field = field };
    }
}
