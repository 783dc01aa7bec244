using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>The picture of an explanation.</summary>
public sealed class OverlayPainterTests
{
    private const int Size = 32;

    [Fact]
    public void What_speaks_for_the_winner_is_red_what_speaks_against_it_blue_and_the_rest_grey()
    {
        float[] map = [1, 0, 0, -1]; // of the four quarters
        using var picture = Image.Load<Rgb24>(OverlayPainter.Draw(PixelImage.Gradient(Size), map, 2, 2));

        Rgb24 first = picture[2, 2], last = picture[picture.Width - 3, picture.Height - 3], other = picture[picture.Width - 3, 2];

        Assert.True(first.R > first.B + 60, $"{first}");
        Assert.True(last.B > last.R + 60, $"{last}");
        Assert.InRange(Math.Abs(other.R - other.B), 0, 3);
    }

    [Theory]
    [InlineData(32, 256)]
    [InlineData(100, 300)]
    [InlineData(512, 512)]
    public void A_small_image_is_made_large_enough_to_be_seen(int size, int side)
    {
        using var picture = Image.Load<Rgb24>(OverlayPainter.Draw(PixelImage.Gradient(size), new float[16], 4, 4));

        Assert.Equal((side, side), (picture.Width, picture.Height));
    }
}
