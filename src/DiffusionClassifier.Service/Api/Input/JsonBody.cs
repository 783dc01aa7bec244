using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Primitives;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Takes a JSON body apart where it lies in memory: images are decoded from base64 in their own place, so that the largest part of a body
/// is never copied. For one body.
/// </summary>
internal sealed class JsonBody(BodyFields fields, Memory<byte> body)
{
    private const int LongestName = 256; // bytes: no field's name is nearly as long, and an error repeats only the beginning

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly Memory<byte> _body = body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
    private readonly Dictionary<string, StringValues> _texts = new(StringComparer.Ordinal);
    private readonly List<(string Field, ReadOnlyMemory<byte> Bytes)> _files = [];
    private int _textBytes;

    /// <exception cref="ClassificationException">The body is not a JSON object, or has a field that does not exist.</exception>
    public (Dictionary<string, StringValues> Texts, IReadOnlyList<(string Field, ReadOnlyMemory<byte> Bytes)> Files) Read()
    {
        try
        {
            var reader = new Utf8JsonReader(_body.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Invalid($"The body must be a JSON object, as in: {{ \"{fields.Files[0]}\": \"…base64…\" }}.", null);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = Name(ref reader);
                fields.CheckKnown(name);
                if (!seen.Add(name))
                    throw Invalid($"{name} was sent twice: send it once, with several values as one array.", name);
                reader.Read();
                ReadValue(ref reader, name);
            }

            reader.Read(); // nothing may follow
            return (_texts, _files);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            // The second: half a surrogate pair, "\ud800".
            throw new ClassificationException(ClassificationError.InvalidRequest, $"The body is not JSON: {exception.Message}", exception);
        }
    }

    private static string Name(ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length > LongestName ? Encoding.UTF8.GetString(reader.ValueSpan[..LongestName]) : reader.GetString()!;

    private void ReadValue(ref Utf8JsonReader reader, string name)
    {
        if (!fields.IsFile(name))
        {
            ReadText(ref reader, name);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                _files.Add((name, ReadFile(ref reader, name)));
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            _files.Add((name, ReadFile(ref reader, name)));
        }
    }

    // Arrays stay JSON text: what a value means is the field's business.
    private void ReadText(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            throw Invalid($"{name} must be a value or an array, not an object.", name);
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        int length = (int)reader.BytesConsumed - start;
        _textBytes += length;
        if (_textBytes > ApiLimits.MaxTextBytes)
            throw BodyFields.TooMuchText(name);
        if (reader.TokenType == JsonTokenType.String)
            _texts[name] = reader.GetString();
        else if (reader.TokenType != JsonTokenType.Null)
            _texts[name] = BodyFields.Utf8.GetString(_body.Span.Slice(start, length));
    }

    private ReadOnlyMemory<byte> ReadFile(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            Memory<byte> text = _body.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            if (Base64Text.TryDecodeInPlace(text, reader.ValueIsEscaped, out ReadOnlyMemory<byte> file))
                return file;
        }

        throw Invalid($"{name} must be the image file in base64.", name);
    }

    private static ClassificationException Invalid(string message, string? field) =>
        new(ClassificationError.InvalidRequest, message) { Field = field };
}
