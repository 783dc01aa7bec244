using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Reads the parts of multipart/form-data as they come: files one after the other into the buffer, text fields to strings. Which a part is
/// follows from its field alone: files need no filename (RFC 7578, 4.2), and browsers give one to JSON. For one body.
/// </summary>
internal sealed class FormReader(BodyFields fields, ApiLimits limits, int maxParts, UploadBuffer buffer)
{
    private const int LongestBoundary = 128; // twice what RFC 2046 allows

    private readonly List<(string Field, int Start, int Length)> _files = [];
    private KeyValueAccumulator _texts;
    private int _textBytes;

    /// <exception cref="ClassificationException">The form is damaged or too large, or has a field that does not exist.</exception>
    public async Task<(Dictionary<string, StringValues> Texts, IReadOnlyList<(string Field, ReadOnlyMemory<byte> Bytes)> Files)> ReadAsync(
        Stream body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        try
        {
            var parts = new MultipartReader(Boundary(type), body);
            for (int count = 0; await parts.ReadNextSectionAsync(cancellationToken) is { } part; count++)
            {
                if (count == maxParts)
                    throw Invalid($"The form has more than {maxParts} parts: send many labels as one JSON array.", null);
                await ReadPartAsync(part, cancellationToken);
            }
        }
        catch (InvalidDataException exception)
        {
            // The exception's message repeats the headers.
            throw Invalid("The form cannot be read: the headers of a part are damaged or too long.", exception);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw Invalid(
                "The form ends before it is complete: the upload was cut off, or its boundary is not the one that Content-Type names. "
                + "Send it again.",
                exception);
        }

        ReadOnlyMemory<byte> whole = buffer.Whole();
        return (_texts.GetResults(), [.. _files.Select(file => (file.Field, whole.Slice(file.Start, file.Length)))]);
    }

    private static string Boundary(MediaTypeHeaderValue type) => HeaderUtilities.RemoveQuotes(type.Boundary).ToString() switch
    {
        "" => throw Invalid("The form cannot be read: Content-Type names no boundary. Let your HTTP library write that header.", null),
        { Length: > LongestBoundary } => throw Invalid(
            $"The form cannot be read: its boundary has more than {LongestBoundary} characters.", null),
        string boundary => boundary,
    };

    private Task ReadPartAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            || HeaderUtilities.RemoveQuotes(disposition.Name) is not { Length: > 0 } name)
        {
            throw Invalid("The form cannot be read: a part has no Content-Disposition that names its field.", null);
        }

        fields.CheckKnown(name.ToString());
        return fields.IsFile(name.ToString())
            ? ReadFileAsync(name.ToString(), hasName: disposition.IsFileDisposition(), part, cancellationToken)
            : ReadTextAsync(name.ToString(), part, cancellationToken);
    }

    private async Task ReadFileAsync(string name, bool hasName, MultipartSection part, CancellationToken cancellationToken)
    {
        int start = buffer.Length;
        int length = await buffer.AppendAsync(
            part.Body, limits.MaxImageBytes, () => BodyFields.TooLargeFile(name, limits), cancellationToken);
        if (!hasName && length == 0)
            return; // a form control that was left empty
        if (!hasName && FormText.IsLikely(buffer.Slice(start, length), TypeOf(part)))
            throw BodyFields.TextForFile(name);
        _files.Add((name, start, length));
    }

    private async Task ReadTextAsync(string name, MultipartSection part, CancellationToken cancellationToken)
    {
        FormText.CheckCharset(name, TypeOf(part));
        int start = buffer.Length;
        int length = await buffer.AppendAsync(
            part.Body, ApiLimits.MaxTextBytes - _textBytes, () => BodyFields.TooMuchText(name), cancellationToken);
        _textBytes += length;
        if (FormText.Read(name, buffer.Slice(start, length), TypeOf(part)) is { } text)
            _texts.Append(name, text);
        buffer.Truncate(start);
    }

    private static MediaTypeHeaderValue? TypeOf(MultipartSection part) =>
        MediaTypeHeaderValue.TryParse(part.ContentType, out MediaTypeHeaderValue? type) ? type : null;

    private static ClassificationException Invalid(string message, Exception? cause) =>
        new(ClassificationError.InvalidRequest, message, cause);
}
