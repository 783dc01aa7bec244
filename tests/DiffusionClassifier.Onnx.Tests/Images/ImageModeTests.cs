using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Tests.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Where the two modes must agree, where they must not, and in what.</summary>
public abstract class ImageModeTests(DecoderUnderTest library, ITestOutputHelper output)
{
    private readonly IImageDecoder _decoder = library.Create();

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("restart.jpg")]
    [InlineData("photo.jpg")]
    [InlineData("gray.jpg")]
    [InlineData("gray1.png")]
    [InlineData("gray2.png")]
    [InlineData("gray4.png")]
    [InlineData("gray8.png")]
    [InlineData("interlaced.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("animation.webp")]
    public void Eight_bits_of_sRGB_without_metadata_are_the_same_in_both_modes(string name)
    {
        (RgbImage shown, RgbImage reference) = Decode(name);

        Assert.Equal((reference.Width, reference.Height), (shown.Width, shown.Height));
        Assert.Equal(reference.Pixels, shown.Pixels);
    }

    // The colours: by profile, by composing alpha over white, by scaling 16 bits, by what ink looks like on paper.
    [Theory]
    [InlineData("icc.jpg")]
    [InlineData("profile.png")]
    [InlineData("metadata.webp")]
    [InlineData("cmyk.jpg")]
    [InlineData("alpha.webp")]
    [InlineData("palette2.png")]
    [InlineData("gray-alpha8.png")]
    [InlineData("gray-alpha16.png")]
    [InlineData("rgba8.png")]
    [InlineData("rgba16.png")]
    [InlineData("gray16.png")]
    [InlineData("rgb16.png")]
    public void Profile_alpha_sixteen_bit_grey_and_ink_change_the_colours_and_not_the_shape(string name)
    {
        Assert.SkipWhen(!library.InterpretsColour && name is ("icc.jpg" or "profile.png" or "cmyk.jpg" or "rgb16.png"), "This decoder shows these colours as they are stored.");
        (RgbImage shown, RgbImage reference) = Decode(name);

        Assert.Equal((reference.Width, reference.Height), (shown.Width, shown.Height));
        Assert.NotEqual(reference.Pixels, shown.Pixels);
    }

    [Theory]
    [InlineData("exif.jpg")]
    [InlineData("rgb8.png")]
    public void Orientation_moves_the_pixels_and_changes_none(string name)
    {
        (RgbImage shown, RgbImage reference) = Decode(name);

        Assert.Equal((reference.Height, reference.Width), (shown.Width, shown.Height));
        Assert.NotEqual(reference.Pixels, shown.Pixels);
        Assert.Equal(Colours(reference), Colours(shown));
    }

    [Fact]
    public void Ink_looks_in_both_modes_like_the_picture_it_was_printed_from()
    {
        const int SameColour = 64; // of 255, on average: paper has no bright colours, and the reference knows no paper
        RgbImage original = _decoder.Decode(ImageCorpus.File("baseline.jpg"), ImageMode.Reference);
        (RgbImage shown, RgbImage reference) = Decode("cmyk.jpg");

        Assert.InRange(MeanDifference(original, shown), 0, SameColour);
        Assert.InRange(MeanDifference(original, reference), 0, SameColour);
    }

    [Fact]
    public void Golden_pictures_without_anything_to_interpret_are_the_same_in_both_modes()
    {
        Assert.SkipWhen(GoldenImage.All.Count == 0, "Golden data not found: set DC_GOLDEN to its folder.");
        foreach (GoldenImage image in GoldenImage.All.Where(image => !image.IsBmp))
        {
            RgbImage shown = _decoder.Decode(image.File, ImageMode.Default), reference = _decoder.Decode(image.File, ImageMode.Reference);
            bool plain = image.Mode is "RGB" or "RGBA" or "L" or "LA" or "P" or "1" && image.Orientation == 1 && !image.HasProfileOrTransparency && !image.HasTransparentPixels;
            bool same = shown.Pixels.AsSpan().SequenceEqual(reference.Pixels);
            output.WriteLine($"{image.Name} ({image.Mode}, orientation {image.Orientation}): {(same ? "the same" : $"mean difference {MeanDifference(shown, reference):F1}")}");
            Assert.True(same || !plain, $"{image.Name} differs.");
            Assert.True(!same || !image.HasDarkPixelsThatShowPaper, $"{image.Name} does not differ.");
        }
    }

    private (RgbImage Shown, RgbImage Reference) Decode(string name)
    {
        byte[] file = ImageCorpus.File(name);
        return (_decoder.Decode(file, ImageMode.Default), _decoder.Decode(file, ImageMode.Reference));
    }

    private static double MeanDifference(RgbImage first, RgbImage second) => first.Pixels.Zip(second.Pixels, (a, b) => Math.Abs(a - b)).Average();

    private static IEnumerable<int> Colours(RgbImage image) => image.Pixels.Chunk(RgbImage.Channels).Select(pixel => pixel[0] << 16 | pixel[1] << 8 | pixel[2]).Order();
}
