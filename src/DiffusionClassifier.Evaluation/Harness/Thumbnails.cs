using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Reports;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>Small images of mistakes, cut as the model sees them, with links to their files. Stateless.</summary>
/// <param name="harness">Reads and writes images.</param>
/// <param name="folder">Where the report is, from which links lead.</param>
internal sealed class Thumbnails(EvaluationHarness harness, string folder)
{
    private const int Size = 64; // pixels: CIFAR's 32 fit twice, and a page of 48 stays below a megabyte

    /// <returns>The report with thumbnails of those of its mistakes that are among the images and can be read.</returns>
    public async Task<EvaluationReport> AddAsync(
        EvaluationReport report, IReadOnlyList<LabelledImage> images, CancellationToken cancellationToken)
    {
        if (report.MistakenImages.Count == 0)
            return report;
        Dictionary<int, LabelledImage> byIndex = images.ToDictionary(image => image.Index);
        IImagePreprocessor preprocessor = harness.CreateImages();
        List<MistakenImage> mistakes = [];
        foreach (MistakenImage mistake in report.MistakenImages)
        {
            mistakes.Add(byIndex.TryGetValue(mistake.Index, out LabelledImage? image)
                ? mistake with { Thumbnail = await DrawAsync(preprocessor, image, cancellationToken), Link = LinkTo(image) }
                : mistake);
        }

        return report with { MistakenImages = mistakes };
    }

    private async Task<string?> DrawAsync(IImagePreprocessor preprocessor, LabelledImage image, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> file = await image.ReadAsync(cancellationToken);
            var square = new ImagePreprocessing(Size, harness.Manifest.Preprocessing.Crop);
            PixelImage pixels = preprocessor.Load(file, preprocessor.ReadHeader(file), ImageMode.Default, square);
            return $"data:image/png;base64,{Convert.ToBase64String(harness.WritePng(Size, Size, Bytes(pixels.Values)))}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ClassificationException)
        {
            return null; // gone since it was classified; its name stays in the report
        }
    }

    // [3, size, size] from −1 to 1, to [size, size, 3] from 0 to 255.
    private static byte[] Bytes(float[] planes)
    {
        int plane = planes.Length / 3;
        var bytes = new byte[planes.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round((planes[i % 3 * plane + i / 3] + 1) * 127.5f), 0, 255);
        return bytes;
    }

    private string? LinkTo(LabelledImage image) => image.File is not { } file
        ? null
        : string.Join('/', Path.GetRelativePath(folder, file)
            .Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Select(Uri.EscapeDataString));
}
