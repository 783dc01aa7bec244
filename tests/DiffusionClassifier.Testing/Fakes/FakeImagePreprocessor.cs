using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>Every file is a picture that its first byte names, but two are bad: one in its header, one in its pixels.</summary>
public sealed class FakeImagePreprocessor : IImagePreprocessor
{
    public static readonly byte[] BadHeader = [254], BadPixels = [255];

    /// <summary>Called before pixels are decoded, on the caller's thread.</summary>
    public Action? BeforeLoad { get; set; }

    /// <summary>What every header estimates.</summary>
    public long DecodeBytes { get; set; }

    public static float[] Pixels(byte name, int size)
    {
        var random = new Random(name);
        return [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file) => file.Span[0] == BadHeader[0]
        ? throw new ClassificationException(ClassificationError.UnsupportedImageFormat, "not an image")
        : new ImageHeader("png", 10, 10) { DecodeBytes = DecodeBytes };

    public PixelImage Load(ReadOnlyMemory<byte> file, ImageMode mode, ImagePreprocessing preprocessing)
    {
        BeforeLoad?.Invoke();
        return file.Span[0] == BadPixels[0]
            ? throw new ClassificationException(ClassificationError.InvalidImage, "damaged")
            : new PixelImage(Pixels(file.Span[0], preprocessing.Size), preprocessing.Size, [$"picture {file.Span[0]}"]);
    }
}
