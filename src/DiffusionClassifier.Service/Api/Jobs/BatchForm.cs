using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>Reads a form of many images, or of one file of JSON lines, into a batch, one part at a time. For one body.</summary>
/// <param name="upload">The batch.</param>
/// <param name="memory">Lends what an image is read into.</param>
/// <param name="limits">Of one image.</param>
/// <param name="maxParts">Parts that the form may have.</param>
/// <param name="maxValues">As <see cref="FieldValues"/> has it.</param>
internal sealed class BatchForm(BatchUpload upload, UploadMemory memory, ApiLimits limits, int maxParts, int maxValues)
{
    private const string Images = "images", Lines = "file";

    private static readonly BodyFields Fields = new([Images, Lines], RequestBinder.Classify.Texts, LargestFiles: 1);

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private KeyValueAccumulator _texts;
    private int _textBytes;
    private bool _hasLines;

    /// <returns>What is asked of all images; null: the requests of a file say so themselves.</returns>
    /// <exception cref="ClassificationException">The form is damaged, or a part of it bad.</exception>
    public async Task<ClassificationRequest?> ReadAsync(Stream body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
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

        if (_hasLines)
        {
            return _texts.HasValues || _names.Count > 0
                ? throw Invalid($"The form has {Lines} and other fields: send the lines alone, or images and fields.", Lines)
                : null;
        }

        using var fields = new RequestBody(new FieldValues(_texts.GetResults(), maxValues), [("image", default)], buffer: null);
        ClassificationRequest template = RequestBinder.Bind<ClassificationRequest>(fields);
        JobRequests.CheckForJob(template);
        return template;
    }

    private async Task ReadPartAsync(FormPart part, CancellationToken cancellationToken)
    {
        Fields.CheckKnown(part.Field);
        if (part.Field == Lines)
        {
            _hasLines = true;
            long longest = limits.MaxBody(ApiLimits.LargestImages);
            await new BatchLines(upload, memory, longest, maxValues).ReadAsync(part.Body, cancellationToken);
            return;
        }

        using var buffer = new UploadBuffer(memory, length: null, Math.Max(limits.MaxImageBytes, ApiLimits.MaxTextBytes) + 1);
        if (part.Field == Images)
            await ReadImageAsync(part, buffer, cancellationToken);
        else
            await ReadTextAsync(part, buffer, cancellationToken);
    }

    private async Task ReadImageAsync(FormPart part, UploadBuffer buffer, CancellationToken cancellationToken)
    {
        int length = await buffer.AppendAsync(
            part.Body, limits.MaxImageBytes, () => BodyFields.TooLargeFile(Images, limits), cancellationToken);
        if (!part.IsFile && length == 0)
            return; // a form control that was left empty
        if (!part.IsFile && FormText.IsLikely(buffer.Slice(0, length), part.Type))
            throw BodyFields.TextForFile(Images);
        string name = part.FileName.Length > 0 ? part.FileName : "image";
        int same = _names[name] = _names.GetValueOrDefault(name) + 1;
        try
        {
            await upload.AddAsync(same == 1 ? name : $"{name} ({same})", buffer.Whole().ToArray(), cancellationToken);
        }
        catch (ClassificationException exception) when (exception.IsAboutImage)
        {
            throw new ClassificationException(
                exception.Error, $"Image {upload.Count + 1} ('{Excerpt.Of(name)}'): {exception.Message}", exception)
            { Field = Images };
        }
    }

    private async Task ReadTextAsync(FormPart part, UploadBuffer buffer, CancellationToken cancellationToken)
    {
        FormText.CheckCharset(part.Field, part.Type);
        int length = await buffer.AppendAsync(
            part.Body, ApiLimits.MaxTextBytes - _textBytes, () => BodyFields.TooMuchText(part.Field), cancellationToken);
        _textBytes += length;
        if (FormText.Read(part.Field, buffer.Slice(0, length), part.Type) is { } text)
            _texts.Append(part.Field, text);
    }

    private static ClassificationException Invalid(string message, string field) =>
        new(ClassificationError.InvalidRequest, message) { Field = field };
}
