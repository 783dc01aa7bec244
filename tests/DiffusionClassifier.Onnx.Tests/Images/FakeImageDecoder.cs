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

    public int HeadersRead { get; private set; }

    public ImageHeader? LastHeader { get; private set; }

    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        HeadersRead++;
        return Header;
    }

    public RgbImage Decode(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode)
    {
        Decodes++;
        LastHeader = header;
        LastMode = mode;
        return Image;
    }
}
