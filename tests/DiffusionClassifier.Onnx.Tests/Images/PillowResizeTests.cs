using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

public sealed class PillowResizeTests
{
    public static TheoryData<ResizeFilter> Filters => [.. Enum.GetValues<ResizeFilter>()];

    [Theory]
    [MemberData(nameof(Filters))]
    public void An_image_resized_to_its_own_size_is_unchanged(ResizeFilter filter)
    {
        RgbImage image = Noise(13, 7);

        RgbImage resized = PillowResize.Resize(image, 13, 7, filter);

        Assert.Equal(image.Pixels, resized.Pixels);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void An_image_of_one_colour_stays_so(ResizeFilter filter)
    {
        foreach (byte level in (byte[])[0, 1, 127, 254, 255])
        {
            byte[] pixels = new byte[31 * 17 * 3];
            Array.Fill(pixels, level);

            Assert.All(PillowResize.Resize(new RgbImage(31, 17, pixels), 9, 40, filter).Pixels, value => Assert.Equal(level, value));
        }
    }

    // Against the same convolution in floating point, written the slow way: fixed-point weights may round a level differently, no more.
    [Theory]
    [MemberData(nameof(Filters))]
    public void A_resize_to_any_size_is_the_convolution_within_one_level(ResizeFilter filter)
    {
        foreach ((int width, int height) in ((int, int)[])[(5, 3), (40, 50), (13, 60), (60, 11), (1, 1), (100, 1)])
        {
            RgbImage image = Noise(23, 11);

            RgbImage resized = PillowResize.Resize(image, width, height, filter);

            byte[] expected = SlowResize(image, width, height, filter);
            Assert.Equal((width, height, expected.Length), (resized.Width, resized.Height, resized.Pixels.Length));
            Assert.All(expected.Zip(resized.Pixels), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
        }
    }

    [Fact]
    public void A_box_to_half_the_size_averages_four_pixels()
    {
        RgbImage image = new(2, 2, [10, 0, 255, 20, 0, 255, 30, 0, 255, 40, 0, 255]);

        Assert.Equal<byte>([25, 0, 255], PillowResize.Resize(image, 1, 1, ResizeFilter.Box).Pixels);
    }

    [Fact]
    public void A_bicubic_resize_across_an_edge_overshoots_and_is_clipped()
    {
        // Keys' cubic with a = -0.5, one pixel to two: weights at 1/4 and 3/4 of a pixel. The middle pair is 0.1328 and 0.8672 of white.
        RgbImage image = new(4, 1, [0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255]);

        byte[] red = [.. PillowResize.Resize(image, 8, 1, ResizeFilter.Bicubic).Pixels.Where((_, index) => index % 3 == 0)];

        Assert.Equal<byte>([0, 0, 0, 52, 203, 255, 255, 255], red);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_resize_of_a_part_of_the_image_is_that_part_of_the_whole(ResizeFilter filter)
    {
        RgbImage image = Noise(37, 29);
        foreach ((int width, int height) in ((int, int)[])[(20, 18), (90, 61), (37, 50), (50, 29), (37, 29)])
        {
            RgbImage whole = PillowResize.Resize(image, width, height, filter);

            RgbImage part = PillowResize.Resize(image, new ResizedAxis(width, 5, 11), new ResizedAxis(height, 8, 10), filter);

            byte[] expected = [.. Enumerable.Range(8, 10).SelectMany(row => whole.Pixels.AsSpan((row * width + 5) * 3, 33).ToArray())];
            Assert.Equal((11, 10), (part.Width, part.Height));
            Assert.Equal(expected, part.Pixels);
        }
    }

    private static RgbImage Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(3).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    private static byte[] SlowResize(RgbImage image, int width, int height, ResizeFilter filter)
    {
        byte[] narrow = SlowPass(image.Pixels, image.Width, image.Height, width, 3, image.Width * 3, filter, width * 3);
        return SlowPass(narrow, image.Height, width * 3, height, width * 3, 1, filter, 1);
    }

    /// <summary>Resamples each of <paramref name="lines"/> lines of <paramref name="length"/> samples to <paramref name="newLength"/>.</summary>
    private static byte[] SlowPass(byte[] source, int length, int lines, int newLength, int step, int lineStep, ResizeFilter filter, int newLineStep)
    {
        int channels = lineStep == 1 ? 1 : 3;
        byte[] result = new byte[newLength * lines * channels];
        double scale = length / (double)newLength, stretch = Math.Max(1, scale);
        for (int line = 0; line < lines * channels; line++)
        {
            (int from, int to) = (line / channels * lineStep + line % channels, line / channels * newLineStep + line % channels);
            for (int i = 0; i < newLength; i++)
            {
                double[] weights = [.. Enumerable.Range(0, length).Select(j => Kernel(filter, (j + 0.5 - (i + 0.5) * scale) / stretch))];
                double value = Enumerable.Range(0, length).Sum(j => weights[j] * source[from + j * step]) / weights.Sum();
                result[to + i * step] = (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);
            }
        }

        return result;
    }

    /// <summary>The kernels as textbooks write them.</summary>
    private static double Kernel(ResizeFilter filter, double distance)
    {
        double x = Math.Abs(distance);
        return filter switch
        {
            ResizeFilter.Box => distance is > -0.5 and <= 0.5 ? 1 : 0,
            ResizeFilter.Bilinear => x < 1 ? 1 - x : 0,
            ResizeFilter.Bicubic => x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0,
            _ => x == 0 ? 1 : x < 3 ? 3 * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x) : 0,
        };
    }
}
