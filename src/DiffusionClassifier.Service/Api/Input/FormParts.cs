using DiffusionClassifier.Core.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>The parts of multipart/form-data one after the other. For one body.</summary>
/// <param name="type">The body's content type, which names the boundary.</param>
/// <param name="body">The body.</param>
/// <param name="maxParts">Parts that it may have.</param>
internal sealed class FormParts(MediaTypeHeaderValue type, Stream body, int maxParts)
{
    private const int LongestBoundary = 128; // twice what RFC 2046 allows

    private readonly MultipartReader _parts = new(Boundary(type), body);
    private int _count;

    /// <summary>Whether a form cannot be read further: its end is missing, or a part's headers are damaged.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or IOException and not BadHttpRequestException;

    /// <summary>What to throw then.</summary>
    public static ClassificationException Damaged(Exception exception) => Invalid(
        exception is InvalidDataException // its message repeats the headers
            ? "The form cannot be read: the headers of a part are damaged or too long."
            : "The form ends before it is complete: the upload was cut off, or its boundary is not the one that Content-Type names. "
                + "Send it again.",
        exception);

    /// <summary>The next part; null: there are no more. What was not read of the one before is skipped.</summary>
    /// <exception cref="ClassificationException">The form has too many parts, or one that names no field.</exception>
    public async Task<FormPart?> NextAsync(CancellationToken cancellationToken)
    {
        if (await _parts.ReadNextSectionAsync(cancellationToken) is not { } part)
            return null;
        if (_count++ == maxParts)
            throw Invalid($"The form has more than {maxParts} parts: send many labels as one JSON array.", null);
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            || HeaderUtilities.RemoveQuotes(disposition.Name) is not { Length: > 0 } name)
        {
            throw Invalid("The form cannot be read: a part has no Content-Disposition that names its field.", null);
        }

        string file = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName)
            .ToString();
        return new FormPart(
            name.ToString(),
            file[(file.LastIndexOfAny(['/', '\\']) + 1)..],
            disposition.IsFileDisposition(),
            MediaTypeHeaderValue.TryParse(part.ContentType, out MediaTypeHeaderValue? contents) ? contents : null,
            part.Body);
    }

    private static string Boundary(MediaTypeHeaderValue type) => HeaderUtilities.RemoveQuotes(type.Boundary).ToString() switch
    {
        "" => throw Invalid("The form cannot be read: Content-Type names no boundary. Let your HTTP library write that header.", null),
        { Length: > LongestBoundary } => throw Invalid(
            $"The form cannot be read: its boundary has more than {LongestBoundary} characters.", null),
        string boundary => boundary,
    };

    private static ClassificationException Invalid(string message, Exception? cause) =>
        new(ClassificationError.InvalidRequest, message, cause);
}
