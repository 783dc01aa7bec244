using System.Collections.Concurrent;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>Every file is an image that its first byte names, but two are bad: one in its header, one in its pixels. Keeps what it was asked.</summary>
public sealed class FakeImagePreprocessor : IImagePreprocessor
{
    public static readonly byte[] BadHeader = [254], BadPixels = [255];

    private readonly ConcurrentQueue<byte> _headersRead = [];

    /// <summary>Called before pixels are decoded, on the caller's thread.</summary>
    public Action? BeforeLoad { get; set; }

    /// <summary>What every header estimates.</summary>
    public long DecodeBytes { get; set; }

    public static float[] Pixels(byte name, int size)
    {
        var random = new Random(name);
        return [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    /// <summary>The first byte of every file whose header was read, in that order.</summary>
    public IReadOnlyCollection<byte> HeadersRead => _headersRead;

    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        _headersRead.Enqueue(file.Span[0]);
        return file.Span[0] == BadHeader[0]
            ? throw new ClassificationException(ClassificationError.UnsupportedImageFormat, "not an image")
            : new ImageHeader("png", 10 + file.Span[0], 10) { DecodeBytes = DecodeBytes };
    }

    /// <exception cref="ArgumentException">The header is another file's.</exception>
    public PixelImage Load(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode, ImagePreprocessing preprocessing)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(header.Width, 10 + file.Span[0], nameof(header));
        BeforeLoad?.Invoke();
        return file.Span[0] == BadPixels[0]
            ? throw new ClassificationException(ClassificationError.InvalidImage, "damaged")
            : new PixelImage(Pixels(file.Span[0], preprocessing.Size), preprocessing.Size, [$"picture {file.Span[0]}"]);
    }

    public byte[] Overlay(PixelImage image, ReadOnlySpan<float> map, int width, int height) => [(byte)width, (byte)height];
}
