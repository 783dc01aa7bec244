using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

public sealed class PictureWriterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 19)]
    [InlineData(1, 3000)]
    public void Every_pixel_comes_back_through_both_decoders(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(3).NextBytes(pixels);

        byte[] png = PictureWriter.Png(width, height, pixels);

        foreach (DecoderKind kind in Enum.GetValues<DecoderKind>())
        {
            RgbImage image = ImageDecoders.Create(kind).Decode(png, ImageMode.Default);
            Assert.Equal((width, height), (image.Width, image.Height));
            Assert.Equal(pixels, image.Pixels);
        }
    }

    [Fact]
    public void Bytes_that_are_no_such_picture_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PictureWriter.Png(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureWriter.Png(0, 2, []));
    }
}
