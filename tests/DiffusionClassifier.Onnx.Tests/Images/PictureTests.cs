using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Tests.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Pictures as people have them, through the decoder's seam: phones held in eight ways, wide gamuts, odd shapes.</summary>
public abstract class PictureTests(DecoderUnderTest library)
{
    private readonly IImageDecoder _decoder = library.Create();

    // Where the pixel that belongs at (x, y) of the upright picture is stored, in a file of that width and height (EXIF 2.3, tag 274).
    private static readonly Func<int, int, int, int, (int X, int Y)>[] StoredAt =
    [
        (x, y, _, _) => (x, y),
        (x, y, width, _) => (width - 1 - x, y),
        (x, y, width, height) => (width - 1 - x, height - 1 - y),
        (x, y, _, height) => (x, height - 1 - y),
        (x, y, _, _) => (y, x),
        (x, y, _, height) => (y, height - 1 - x),
        (x, y, width, height) => (width - 1 - y, height - 1 - x),
        (x, y, width, _) => (width - 1 - y, x),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_JPEG_of_a_phone_is_upright_by_default_and_as_stored_in_reference_mode(byte orientation)
    {
        byte[] jpeg = ImageCorpus.File("photo.jpg");
        RgbImage plain = _decoder.Decode(jpeg, ImageMode.Default);
        byte[] phone = SampleFiles.JpegWithExif(jpeg, PngWriter.Exif(orientation));

        RgbImage upright = _decoder.Decode(phone, ImageMode.Default), stored = _decoder.Decode(phone, ImageMode.Reference);

        Assert.Equal((32, 20), (stored.Width, stored.Height));
        Assert.Equal(plain.Pixels, stored.Pixels);
        Assert.Equal(orientation > 4 ? (20, 32) : (32, 20), (upright.Width, upright.Height));
        for (int y = 0; y < upright.Height; y++)
        {
            for (int x = 0; x < upright.Width; x++)
            {
                (int storedX, int storedY) = StoredAt[orientation - 1](x, y, stored.Width, stored.Height);
                Assert.True(Pixel(stored, storedX, storedY).SequenceEqual(Pixel(upright, x, y)), $"({x}, {y}) is not ({storedX}, {storedY}) of the file.");
            }
        }
    }

    // sRGB's primaries in Adobe RGB, and a grey of nearly the same value in both.
    [Theory]
    [InlineData(new byte[] { 219, 0, 0 }, new byte[] { 255, 0, 0 })]
    [InlineData(new byte[] { 144, 255, 60 }, new byte[] { 0, 255, 0 })]
    [InlineData(new byte[] { 0, 0, 250 }, new byte[] { 0, 0, 255 })]
    [InlineData(new byte[] { 127, 127, 127 }, new byte[] { 128, 128, 128 })]
    public void Adobe_RGB_is_converted_by_default_and_ignored_in_reference_mode(byte[] stored, byte[] expected)
    {
        Assert.SkipUnless(library.InterpretsColour, "This decoder does not apply colour profiles.");
        byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 8, stored, ("iCCP", PngWriter.Profile(ColourProfile.AdobeRgb)));

        RgbImage converted = _decoder.Decode(png, ImageMode.Default);

        Assert.Empty(converted.Warnings);
        Deviation.AssertClose(expected, converted.Pixels, 3);
        Assert.Equal(stored, _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Theory]
    [InlineData(1, 10_000, ImageCrop.Sd)]
    [InlineData(1, 10_000, ImageCrop.Dit)]
    [InlineData(10_000, 1, ImageCrop.Sd)]
    [InlineData(10_000, 1, ImageCrop.Dit)]
    [InlineData(1, 1, ImageCrop.Sd)]
    public void A_pixel_or_a_strip_fills_the_square_in_both_modes(int width, int height, ImageCrop crop)
    {
        ImagePreprocessor preprocessor = new(_decoder);
        byte[] png = PngWriter.Write(width, height, PngWriter.Gray, 8, Enumerable.Repeat((byte)51, width * height).ToArray());

        foreach (ImageMode mode in Enum.GetValues<ImageMode>())
        {
            PixelImage image = preprocessor.Load(png, mode, new ImagePreprocessing(64, crop));

            Assert.Equal(3 * 64 * 64, image.Values.Length);
            Assert.All(image.Values, value => Assert.Equal((51 / 255f - 0.5f) / 0.5f, value));
        }
    }

    private static ReadOnlySpan<byte> Pixel(RgbImage image, int x, int y) => image.Pixels.AsSpan((y * image.Width + x) * RgbImage.Channels, RgbImage.Channels);
}
