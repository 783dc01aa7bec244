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
    private readonly List<(string Field, int Start, int Length)> _files = [];
    private KeyValueAccumulator _texts;
    private int _textBytes;

    /// <exception cref="ClassificationException">The form is damaged or too large, or has a field that does not exist.</exception>
    public async Task<(Dictionary<string, StringValues> Texts, IReadOnlyList<(string Field, ReadOnlyMemory<byte> Bytes)> Files)> ReadAsync(
        Stream body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        try
        {
            var parts = new FormParts(type, body, maxParts);
            while (await parts.NextAsync(cancellationToken) is { } part)
                await ReadPartAsync(part, cancellationToken);
        }
        catch (Exception exception) when (FormParts.IsDamage(exception))
        {
            throw FormParts.Damaged(exception);
        }

        ReadOnlyMemory<byte> whole = buffer.Whole();
        return (_texts.GetResults(), [.. _files.Select(file => (file.Field, whole.Slice(file.Start, file.Length)))]);
    }

    private Task ReadPartAsync(FormPart part, CancellationToken cancellationToken)
    {
        fields.CheckKnown(part.Field);
        return fields.IsFile(part.Field)
            ? ReadFileAsync(part, cancellationToken)
            : ReadTextAsync(part, cancellationToken);
    }

    private async Task ReadFileAsync(FormPart part, CancellationToken cancellationToken)
    {
        int start = buffer.Length;
        int length = await buffer.AppendAsync(
            part.Body, limits.MaxImageBytes, () => BodyFields.TooLargeFile(part.Field, limits), cancellationToken);
        if (!part.IsFile && length == 0)
            return; // a form control that was left empty
        if (!part.IsFile && FormText.IsLikely(buffer.Slice(start, length), part.Type))
            throw BodyFields.TextForFile(part.Field);
        _files.Add((part.Field, start, length));
    }

    private async Task ReadTextAsync(FormPart part, CancellationToken cancellationToken)
    {
        FormText.CheckCharset(part.Field, part.Type);
        int start = buffer.Length;
        int length = await buffer.AppendAsync(
            part.Body, ApiLimits.MaxTextBytes - _textBytes, () => BodyFields.TooMuchText(part.Field), cancellationToken);
        _textBytes += length;
        if (FormText.Read(part.Field, buffer.Slice(start, length), part.Type) is { } text)
            _texts.Append(part.Field, text);
        buffer.Truncate(start);
    }
}
