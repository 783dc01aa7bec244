using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>
/// Uncompressed 24-bit BMP, bottom row first: only so that golden squares of BMP files check the resize. The service refuses BMP.
/// </summary>
internal static class BmpReader
{
    public static RgbImage Read(ReadOnlySpan<byte> file)
    {
        int pixelsAt = BinaryPrimitives.ReadInt32LittleEndian(file[10..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        int height = BinaryPrimitives.ReadInt32LittleEndian(file[22..]);
        Assert.Equal(24, BinaryPrimitives.ReadInt16LittleEndian(file[28..]));
        Assert.True(height > 0, "Only bottom-up files are read.");

        int stride = (width * 3 + 3) / 4 * 4;
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            ReadOnlySpan<byte> bgr = file.Slice(pixelsAt + (height - 1 - i / width) * stride + i % width * 3, 3);
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (bgr[2], bgr[1], bgr[0]);
        }

        return new RgbImage(width, height, rgb);
    }
}
