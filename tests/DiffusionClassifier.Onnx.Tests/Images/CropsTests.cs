using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

public sealed class CropsTests
{
    // Without a resize, a pixel's value says which column was kept first. (long side − size)/2 is n + ½ for odd differences.
    [Theory]
    [InlineData(ImageCrop.Sd, 8, 0)]
    [InlineData(ImageCrop.Sd, 9, 0)] // 0.5 rounds to the even 0
    [InlineData(ImageCrop.Sd, 10, 1)]
    [InlineData(ImageCrop.Sd, 11, 2)] // 1.5 rounds to the even 2
    [InlineData(ImageCrop.Sd, 13, 2)] // 2.5 rounds to the even 2
    [InlineData(ImageCrop.Dit, 9, 0)]
    [InlineData(ImageCrop.Dit, 11, 1)] // truncated
    [InlineData(ImageCrop.Dit, 13, 2)]
    public void Where_the_short_side_is_already_right_the_centre_is_cut_out(ImageCrop crop, int longSide, int first)
    {
        RgbImage landscape = Coordinates(longSide, 8, byColumn: true);
        RgbImage portrait = Coordinates(8, longSide, byColumn: false);

        RgbImage fromLandscape = Crops.Square(landscape, new ImagePreprocessing(8, crop));
        RgbImage fromPortrait = Crops.Square(portrait, new ImagePreprocessing(8, crop));

        Assert.Equal((8, 8), (fromLandscape.Width, fromLandscape.Height));
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(first + i, fromLandscape.Pixels[3 * i]);
            Assert.Equal(first + i, fromPortrait.Pixels[3 * 8 * i]);
        }
    }

    [Theory]
    [InlineData(30, 20, 7, 10, 2)] // 7·30/20 = 10.5 is truncated; offset 1.5 to the even 2
    [InlineData(50, 33, 9, 13, 2)] // 9·50/33 = 13.6; offset 2
    public void The_crop_of_Stable_Diffusion_is_a_resize_and_then_a_cut(int width, int height, int size, int scaledWidth, int offset)
    {
        RgbImage image = Noise(width, height);
        RgbImage whole = PillowResize.Resize(image, scaledWidth, size, ResizeFilter.Lanczos);

        RgbImage square = Crops.Square(image, new ImagePreprocessing(size, ImageCrop.Sd, ResizeFilter.Lanczos));

        Assert.Equal(Cut(whole, offset, size), square.Pixels);
    }

    [Fact]
    public void The_crop_of_DiT_halves_with_a_box_and_then_scales_bicubically()
    {
        // 51 and 41 are halved twice while the short side is at least 2·8: 25 x 20, 12 x 10; then 10 → 8 and 12·0.8 = 9.6 → 10.
        RgbImage image = Noise(51, 41);
        RgbImage halved = PillowResize.Resize(PillowResize.Resize(image, 25, 20, ResizeFilter.Box), 12, 10, ResizeFilter.Box);
        RgbImage whole = PillowResize.Resize(halved, 10, 8, ResizeFilter.Bicubic);

        RgbImage square = Crops.Square(image, new ImagePreprocessing(8, ImageCrop.Dit));

        Assert.Equal(Cut(whole, 1, 8), square.Pixels);
    }

    [Theory]
    [InlineData(ImageCrop.Sd, 1, 1_000_000)]
    [InlineData(ImageCrop.Dit, 1_000_000, 1)]
    public void A_thin_strip_costs_no_more_than_a_square(ImageCrop crop, int width, int height)
    {
        // Scaled as a whole it would have 512 x 512 million pixels.
        RgbImage strip = new(width, height, new byte[width * height * 3]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        RgbImage square = Crops.Square(strip, new ImagePreprocessing(512, crop));

        Assert.Equal((512, 512), (square.Width, square.Height));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void A_size_below_one_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Crops.Square(Noise(2, 2), new ImagePreprocessing(0)));

    private static byte[] Cut(RgbImage image, int left, int size) =>
        [.. Enumerable.Range(0, size).SelectMany(row => image.Pixels.AsSpan((row * image.Width + left) * 3, size * 3).ToArray())];

    private static RgbImage Coordinates(int width, int height, bool byColumn) =>
        new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(byColumn ? i / 3 % width : i / 3 / width))]);

    private static RgbImage Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(4).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }
}
