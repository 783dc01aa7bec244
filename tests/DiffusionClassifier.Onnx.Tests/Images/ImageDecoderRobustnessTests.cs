using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Damage, concurrency and size, through the decoder's seam.</summary>
public abstract class ImageDecoderRobustnessTests(DecoderUnderTest library)
{
    private readonly IImageDecoder _decoder = library.Create();

    public static TheoryData<byte[]> WholeFiles => [SampleFiles.Jpeg, SampleFiles.WebP, NoisyPng()];

    [Theory]
    [MemberData(nameof(WholeFiles))]
    public void A_truncated_file_is_invalid_in_words_that_are_not_the_librarys(byte[] whole)
    {
        for (int part = 1; part <= 9; part++)
        {
            // A JPEG's last bytes are padding and its end marker: nine tenths are the most that must be missed.
            byte[] truncated = whole[..Math.Max(12, whole.Length * part / 10)];

            ClassificationException error = Assert.Throws<ClassificationException>(() => _decoder.Decode(truncated, ImageMode.Default));

            Assert.Equal(ClassificationError.InvalidImage, error.Error);
            Assert.Contains("damaged or incomplete", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("vips", error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_damaged_PNG_is_invalid()
    {
        byte[] png = NoisyPng();
        png.AsSpan(png.Length / 2, 40).Clear();

        ClassificationException error = Assert.Throws<ClassificationException>(() => _decoder.Decode(png, ImageMode.Reference));

        Assert.Equal(ClassificationError.InvalidImage, error.Error);
    }

    [Theory]
    [MemberData(nameof(WholeFiles))]
    public void Bytes_changed_anywhere_give_pixels_or_an_error_of_ours(byte[] whole)
    {
        Random random = new(5);
        ImagePreprocessor preprocessor = new(_decoder, new ImageOptions { MaxPixels = 1_000_000 });
        for (int attempt = 0; attempt < 200; attempt++)
        {
            byte[] damaged = [.. whole];
            for (int change = 0; change < 3; change++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            Exception? error = Record.Exception(() => preprocessor.Load(damaged, (ImageMode)(attempt % 2), new ImagePreprocessing(8)));

            Assert.True(error is null or ClassificationException, error?.ToString());
        }
    }

    [Fact]
    public async Task Many_threads_at_once_give_the_same_pixels()
    {
        byte[] png = NoisyPng();
        byte[] expected = _decoder.Decode(png, ImageMode.Default).Pixels;

        byte[][] results = await Task.WhenAll(Enumerable.Range(0, 64).Select(index => Task.Run(() =>
        {
            Assert.Throws<ClassificationException>(() => _decoder.Decode(png.AsMemory(0, png.Length / 2), ImageMode.Default));
            return _decoder.Decode(png, ImageMode.Default).Pixels;
        })));

        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public void An_image_of_many_strips_keeps_every_row()
    {
        // Taller than one strip of the reader, so the strips' seams are in the picture.
        const int Width = 300, Height = 2000;
        byte[] samples = new byte[Width * Height];
        new Random(1).NextBytes(samples);

        RgbImage stored = _decoder.Decode(PngWriter.Write(Width, Height, PngWriter.Gray, 8, samples), ImageMode.Reference);
        RgbImage turned = _decoder.Decode(PngWriter.Write(Width, Height, PngWriter.Gray, 8, samples, ("eXIf", PngWriter.Exif(3))), ImageMode.Default);

        Assert.Equal(samples, stored.Pixels.Where((_, index) => index % 3 == 0));
        Assert.Equal(samples.AsEnumerable().Reverse(), turned.Pixels.Where((_, index) => index % 3 == 0));
    }

    private static byte[] NoisyPng()
    {
        byte[] samples = new byte[64 * 64 * 3];
        new Random(2).NextBytes(samples);
        return PngWriter.Write(64, 64, PngWriter.Rgb, 8, samples);
    }
}
