using System.Text;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>The names of an endpoint's fields; whatever has another name is refused.</summary>
/// <param name="Files">The fields that hold image files.</param>
/// <param name="Texts">All others.</param>
/// <param name="LargestFiles">Files of the largest size that a body has room for.</param>
internal sealed record BodyFields(IReadOnlyList<string> Files, IReadOnlyList<string> Texts, int LargestFiles)
{
    /// <summary>Refuses bytes that are no UTF-8, which would become labels that nobody sent.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What to throw where the text fields of a body are too long together.</summary>
    public static ClassificationException TooMuchText(string name) =>
        new(ClassificationError.BodyTooLarge,
            $"The text fields have more than {ApiLimits.MaxTextBytes} bytes together: send fewer or shorter texts.")
        { Field = name };

    /// <summary>What to throw where the file's field holds words: a name instead of the file, which curl sends without its @.</summary>
    public static ClassificationException TextForFile(string name) =>
        new(ClassificationError.MissingImage,
            $"The field {name} holds text: send the image as a file, as in: curl -F {name}=@photo.jpg …")
        { Field = name };

    /// <summary>What to throw where no image came at all.</summary>
    public static ClassificationException MissingFile(string name) =>
        new(ClassificationError.MissingImage,
            $"The field {name} is missing: send the image as a file, as in: curl -F {name}=@photo.jpg …")
        { Field = name };

    /// <summary>What to throw where a file has too many bytes.</summary>
    public static ClassificationException TooLargeFile(string name, ApiLimits limits) =>
        new(ClassificationError.ImageTooLarge,
            $"The image has more than the {limits.MaxImageBytes} bytes that are accepted: send a smaller file.")
        { Field = name };

    /// <summary>Whether a field holds files.</summary>
    public bool IsFile(string name) => Files.Contains(name, StringComparer.Ordinal);

    /// <summary>Refuses a field that does not exist.</summary>
    public void CheckKnown(string name)
    {
        if (IsFile(name) || Texts.Contains(name, StringComparer.Ordinal))
            return;
        string hint = NearestName.Find(name, [.. Files, .. Texts]) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"The fields are: {string.Join(", ", Files.Concat(Texts))}.";
        throw new ClassificationException(ClassificationError.UnknownField, $"There is no field '{Excerpt.Of(name)}'. {hint}");
    }
}
