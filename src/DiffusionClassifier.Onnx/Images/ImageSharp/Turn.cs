using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>Turns an image upright.</summary>
internal static class Turn
{
    /// <param name="image">As it is stored.</param>
    /// <param name="orientation">1 to 8, as EXIF 2.3 counts (tag 274).</param>
    public static RgbImage Upright(RgbImage image, int orientation)
    {
        if (orientation == 1)
            return image;
        bool fromRight = orientation is 2 or 3 or 7 or 8, fromBottom = orientation is 3 or 4 or 6 or 7, onItsSide = orientation >= 5;
        int alongRow = fromRight ? -1 : 1, alongColumn = fromBottom ? -image.Width : image.Width;
        (int width, int height) = onItsSide ? (image.Height, image.Width) : (image.Width, image.Height);
        (int right, int down) = onItsSide ? (alongColumn, alongRow) : (alongRow, alongColumn);
        int rowStart = (fromRight ? image.Width - 1 : 0) + (fromBottom ? (image.Height - 1) * image.Width : 0);

        ReadOnlySpan<byte> source = image.Pixels;
        byte[] turned = GC.AllocateUninitializedArray<byte>(source.Length);
        Span<byte> target = turned;
        for (int y = 0; y < height; y++, rowStart += down)
        {
            for (int x = 0, pixel = rowStart; x < width; x++, pixel += right)
            {
                source.Slice(pixel * RgbImage.Channels, RgbImage.Channels).CopyTo(target);
                target = target[RgbImage.Channels..];
            }
        }

        return new RgbImage(width, height, turned);
    }
}
