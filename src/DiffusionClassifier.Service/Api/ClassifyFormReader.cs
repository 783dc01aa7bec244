using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Service.Api;

/// <summary>Reads the multipart form of <c>POST /classify</c> (the fields are documented on <see cref="ClassifyForm"/>). Stateless.</summary>
internal static class ClassifyFormReader
{
    private const string Image = "image";

    private static readonly string[] TextFields = ["labels", "priors", "model", "strategy", "trials", "loss", "seed", "temperature", "posterior", "imageMode"];

    /// <exception cref="ClassificationException">The body is no such form, or a field is unknown, malformed or missing.</exception>
    public static async Task<ClassificationRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        IFormCollection form = await ReadFormAsync(request, cancellationToken);
        foreach (string name in form.Keys)
            CheckName(name, TextFields);
        foreach (IFormFile file in form.Files)
            CheckName(file.Name, [Image]);
        var values = new FormValues(form);
        return new ClassificationRequest
        {
            Image = await ReadImageAsync(form, cancellationToken),
            Labels = LabelSpec.FromStrings(values.Texts("labels")),
            Priors = values.Numbers("priors"),
            Model = values.Text("model"),
            Strategy = values.Word<Strategy>("strategy"),
            Trials = values.Integer("trials"),
            Loss = values.Word<PredictionLoss>("loss"),
            Seed = values.Unsigned("seed") ?? 0,
            Temperature = values.Number("temperature"),
            Posterior = values.Word<PosteriorPreset>("posterior"),
            ImageMode = values.Word<ImageMode>("imageMode") ?? ImageMode.Default,
        };
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // Routing lets a request without a content type, or with one that is no header value, through to here.
        if (!request.HasFormContentType)
            throw new ClassificationException(ClassificationError.UnsupportedContentType, Problems.SendForm);
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

    private static void CheckName(string name, string[] known)
    {
        if (known.Contains(name, StringComparer.Ordinal))
            return;
        if (name == Image)
            throw new ClassificationException(ClassificationError.MissingImage, "The field image holds text: send the image as a file, as in: curl -F image=@photo.jpg …") { Field = Image };
        if (TextFields.Contains(name, StringComparer.Ordinal))
            throw new ClassificationException(ClassificationError.InvalidRequest, $"The field {name} holds a file: send it as text.") { Field = name };
        string hint = NearestName.Find(name, [Image, .. TextFields]) is { } nearest ? $" Did you mean '{nearest}'?" : $" The fields are: {Image}, {string.Join(", ", TextFields)}.";
        throw new ClassificationException(ClassificationError.UnknownField, $"There is no field of the name that was sent.{hint}");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadImageAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        IReadOnlyList<IFormFile> files = form.Files.GetFiles(Image);
        if (files.Count == 0)
            throw new ClassificationException(ClassificationError.MissingImage, "The field image is missing: send the image as a file, as in: curl -F image=@photo.jpg …") { Field = Image };
        if (files.Count > 1)
            throw new ClassificationException(ClassificationError.InvalidRequest, $"{files.Count} images were sent: send one in each request.") { Field = Image };
        IFormFile file = files[0];
        var bytes = new byte[file.Length];
        await using Stream stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
