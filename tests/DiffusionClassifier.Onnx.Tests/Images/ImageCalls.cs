using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Header and pixels of a file in one call, for tests of what comes out.</summary>
internal static class ImageCalls
{
    private static readonly ImageOptions Generous = new() { MaxPixels = ImageOptions.LargestMaxPixels, MaxBytes = Array.MaxLength };

    public static RgbImage Decode(this IImageDecoder decoder, ReadOnlyMemory<byte> file, ImageMode mode) =>
        decoder.Decode(file, new ImagePreprocessor(decoder, Generous).ReadHeader(file), mode);

    public static PixelImage Load(this IImagePreprocessor images, ReadOnlyMemory<byte> file, ImageMode mode, ImagePreprocessing preprocessing) =>
        images.Load(file, images.ReadHeader(file), mode, preprocessing);
}
