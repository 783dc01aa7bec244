using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>
/// A gray image, whatever the file: decoding is not part of what is measured, and the denoiser's time does not depend on pixels.
/// </summary>
internal sealed class SyntheticImages : IImagePreprocessor
{
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file) => new("png", 1, 1);

    public PixelImage Load(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode, ImagePreprocessing preprocessing) =>
        new(new float[3 * preprocessing.Size * preprocessing.Size], preprocessing.Size, []); // RGB planes of zeros, the middle of [-1, 1]

    public byte[] Overlay(PixelImage image, ReadOnlySpan<float> map, int width, int height) => [];
}
