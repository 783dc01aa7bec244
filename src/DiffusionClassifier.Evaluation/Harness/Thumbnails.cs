using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Evaluation.Reports;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>Small images of mistakes, and maps over images, cut as the model sees them, with links to their files. Stateless.</summary>
/// <param name="harness">Reads and writes images.</param>
/// <param name="folder">Where the report is, from which links lead.</param>
internal sealed class Thumbnails(EvaluationHarness harness, string folder)
{
    private const int Size = 64; // pixels: CIFAR's 32 fit twice, and a page of 48 stays below a megabyte

    /// <param name="report">The report.</param>
    /// <param name="images">The images that it is about.</param>
    /// <param name="mapOf">The map of an image, by its index; null: it has none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The report with pictures of those of its images that can be read.</returns>
    public async Task<EvaluationReport> AddAsync(
        EvaluationReport report,
        IReadOnlyList<LabelledImage> images,
        Func<int, PixelMap?> mapOf,
        CancellationToken cancellationToken)
    {
        if (report.MistakenImages.Count == 0 && report.Explanations is null)
            return report;
        Dictionary<int, LabelledImage> byIndex = images.ToDictionary(image => image.Index);
        IImagePreprocessor preprocessor = harness.CreateImages();
        List<MistakenImage> mistakes = [];
        foreach (MistakenImage mistake in report.MistakenImages)
        {
            mistakes.Add(byIndex.TryGetValue(mistake.Index, out LabelledImage? image)
                ? mistake with { Thumbnail = await DrawAsync(preprocessor, image, null, cancellationToken), Link = LinkTo(image) }
                : mistake);
        }

        List<ExplainedExample> examples = [];
        foreach (ExplainedExample example in report.Explanations?.Examples ?? [])
        {
            examples.Add(byIndex.TryGetValue(example.Index, out LabelledImage? image)
                ? example with
                {
                    Overlay = await DrawAsync(preprocessor, image, mapOf(example.Index), cancellationToken),
                    Link = LinkTo(image),
                }
                : example);
        }

        return report with
        {
            MistakenImages = mistakes,
            Explanations = report.Explanations is { } all ? all with { Examples = examples } : null,
        };
    }

    private async Task<string?> DrawAsync(
        IImagePreprocessor preprocessor, LabelledImage image, PixelMap? map, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> file = await image.ReadAsync(cancellationToken);
            var square = new ImagePreprocessing(Size, harness.Manifest.Preprocessing.Crop);
            PixelImage pixels = preprocessor.Load(file, preprocessor.ReadHeader(file), ImageMode.Default, square);
            byte[] png = map is null
                ? harness.WritePng(Size, Size, PixelBytes.Of(pixels.Values))
                : preprocessor.Overlay(pixels, [.. map.Values], map.Width, map.Height);
            return $"data:image/png;base64,{Convert.ToBase64String(png)}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ClassificationException)
        {
            return null; // gone since it was classified; its name stays in the report
        }
    }

    private string? LinkTo(LabelledImage image) => image.File is not { } file
        ? null
        : string.Join('/', Path.GetRelativePath(folder, file)
            .Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Select(Uri.EscapeDataString));
}
