using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Gives what it was told to give, and counts.</summary>
internal sealed class FakeImageDecoder : IImageDecoder
{
    public ImageHeader Header { get; init; } = new("png", 1, 1);

    public RgbImage Image { get; init; } = new(1, 1, [0, 0, 0]);

    public int Decodes { get; private set; }

    public ImageMode? LastMode { get; private set; }

    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file) => Header;

    public RgbImage Decode(ReadOnlyMemory<byte> file, ImageMode mode)
    {
        Decodes++;
        LastMode = mode;
        return Image;
    }
}
