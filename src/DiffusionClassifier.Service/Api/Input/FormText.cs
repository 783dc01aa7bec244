using System.Buffers;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>The text of a form's part: UTF-8 as it stands or, where the part says so, one JSON value. Stateless.</summary>
internal static class FormText
{
    private const int Beginning = 1024; // bytes: enough to tell words from an image
    private const string Json = "application/json";
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>Null is JSON's null: a field that was not sent.</summary>
    /// <exception cref="ClassificationException">The bytes are not UTF-8, or not JSON.</exception>
    public static string? Read(string name, in ReadOnlySequence<byte> bytes, MediaTypeHeaderValue? type)
    {
        try
        {
            string text = BodyFields.Utf8.GetString(bytes);
            return type is not null && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) ? FromJson(name, text) : text;
        }
        catch (DecoderFallbackException exception)
        {
            throw Invalid(name, $"The form cannot be read: {name} is not UTF-8. Send it as text.", exception);
        }
    }

    /// <summary>Whether a part that should be an image, and has no filename to say so, holds words.</summary>
    public static bool IsLikely(in ReadOnlySequence<byte> bytes, MediaTypeHeaderValue? type)
    {
        if (type is not null && !type.Type.Equals("text", StringComparison.OrdinalIgnoreCase))
            return false;
        ReadOnlySpan<byte> rest = bytes.Slice(0, Math.Min(Beginning, bytes.Length)).ToArray();
        while (!rest.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(rest, out Rune letter, out int length);
            if (status == OperationStatus.NeedMoreData)
                return bytes.Length > Beginning; // cut by us
            if (status != OperationStatus.Done || (Rune.IsControl(letter) && !Rune.IsWhiteSpace(letter)))
                return false;
            rest = rest[length..];
        }

        return true;
    }

    /// <exception cref="ClassificationException">The part is in another charset than UTF-8.</exception>
    public static void CheckCharset(string name, MediaTypeHeaderValue? type)
    {
        if (type?.Charset is { Length: > 0 } charset
            && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(
                name, $"The form cannot be read: {name} is in the charset '{Excerpt.Of(charset.ToString())}'. Send text as UTF-8.");
        }
    }

    // As in a body that is JSON as a whole: arrays stay JSON text.
    private static string? FromJson(string name, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text.TrimStart(ByteOrderMark));
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.String => document.RootElement.GetString(),
                JsonValueKind.Null => null,
                JsonValueKind.Object => throw Invalid(name, $"{name} must be a value or an array, not an object."),
                _ => document.RootElement.GetRawText(),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair, "\ud800".
            throw Invalid(name, $"{name} is declared as {Json} but is not JSON: {exception.Message}", exception);
        }
    }

    private static ClassificationException Invalid(string name, string message, Exception? cause = null) =>
        new(ClassificationError.InvalidRequest, message, cause) { Field = name };
}
