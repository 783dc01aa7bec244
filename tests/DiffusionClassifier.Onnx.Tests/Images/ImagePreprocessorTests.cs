using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

public sealed class ImagePreprocessorTests
{
    private static readonly byte[] AnyFile = [1, 2, 3];

    [Fact]
    public void An_empty_file_is_a_missing_image()
    {
        ImagePreprocessor preprocessor = new(new FakeImageDecoder());

        Assert.Equal(ClassificationError.MissingImage, Assert.Throws<ClassificationException>(() => preprocessor.ReadHeader(default)).Error);
        Assert.Equal(ClassificationError.MissingImage, Assert.Throws<ClassificationException>(() => Load(preprocessor, [])).Error);
    }

    [Theory]
    [InlineData(100, 2, true)]
    [InlineData(100, 3, false)]
    [InlineData(19, 3, true)]
    [InlineData(20, 3, false)]
    public void More_than_a_limit_is_refused_before_decoding(long maxPixels, long maxBytes, bool refused)
    {
        FakeImageDecoder decoder = new() { Header = new ImageHeader("png", 4, 5) };
        ImagePreprocessor preprocessor = new(decoder, new ImageOptions { MaxPixels = maxPixels, MaxBytes = maxBytes });

        ClassificationError? error = (Record.Exception(() => Load(preprocessor, AnyFile)) as ClassificationException)?.Error;

        Assert.Equal(refused ? ClassificationError.ImageTooLarge : null, error);
        Assert.Equal(refused ? 0 : 1, decoder.Decodes);
    }

    [Fact]
    public void A_number_of_pixels_beyond_32_bits_is_too_large()
    {
        ImagePreprocessor preprocessor = new(new FakeImageDecoder { Header = new ImageHeader("png", 65536, 65536) });

        ClassificationException error = Assert.Throws<ClassificationException>(() => preprocessor.ReadHeader(AnyFile));

        Assert.Equal(ClassificationError.ImageTooLarge, error.Error);
        Assert.Contains("65536 x 65536", error.Message, StringComparison.Ordinal);
        Assert.Contains("128,000,000", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(long.MaxValue, 1)]
    public void A_limit_out_of_range_is_refused(long maxPixels, long maxBytes) =>
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(new FakeImageDecoder(), new ImageOptions { MaxPixels = maxPixels, MaxBytes = maxBytes }));

    [Fact]
    public void Pixels_become_normalised_planes()
    {
        FakeImageDecoder decoder = new() { Image = new RgbImage(2, 2, [0, 51, 255, 1, 52, 254, 2, 53, 253, 3, 54, 252]) };

        PixelImage image = new ImagePreprocessor(decoder).Load(AnyFile, ImageMode.Reference, new ImagePreprocessing(2));

        byte[] planes = [0, 1, 2, 3, 51, 52, 53, 54, 255, 254, 253, 252];
        Assert.Equal(planes.Select(level => (level / 255f - 0.5f) / 0.5f), image.Values);
        Assert.Equal((-1f, 1f), (image.Values[0], image.Values[8]));
        Assert.Equal(2, image.Size);
        Assert.Equal(ImageMode.Reference, decoder.LastMode);
    }

    [Fact]
    public void The_decoder_reads_a_header_once_and_gets_it_back_for_the_pixels()
    {
        FakeImageDecoder decoder = new() { Header = new ImageHeader("png", 4, 5) };
        ImagePreprocessor preprocessor = new(decoder);

        ImageHeader header = preprocessor.ReadHeader(AnyFile);
        preprocessor.Load(AnyFile, header, ImageMode.Default, new ImagePreprocessing(4));

        Assert.Equal((1, 1), (decoder.HeadersRead, decoder.Decodes));
        Assert.Same(header, decoder.LastHeader);
        Assert.True(header.DecodeBytes > 0);
    }

    [Fact]
    public void Warnings_of_the_decoder_reach_the_caller()
    {
        FakeImageDecoder decoder = new() { Image = new RgbImage(1, 1, [1, 2, 3]) { Warnings = ["Only one eye was open."] } };

        PixelImage image = new ImagePreprocessor(decoder).Load(AnyFile, ImageMode.Default, new ImagePreprocessing(4));

        Assert.Equal(["Only one eye was open."], image.Warnings);
    }

    [Fact]
    public void A_huge_image_in_a_small_file_is_refused_before_it_is_decoded()
    {
        ImagePreprocessor preprocessor = new(ImageDecoders.Create());
        // The first row of 50,000 by 50,000 bits: all the others would decompress from some hundred kilobytes.
        byte[] bomb = PngWriter.Write(50_000, 50_000, PngWriter.Gray, 1, new byte[6250]);
        Assert.Throws<ClassificationException>(() => Load(preprocessor, bomb));
        long before = GC.GetAllocatedBytesForCurrentThread();

        ClassificationException error = Assert.Throws<ClassificationException>(() => Load(preprocessor, bomb));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        Assert.Equal(ClassificationError.ImageTooLarge, error.Error);
    }

    [Fact]
    public void The_header_of_a_file_without_its_pixels_is_still_read()
    {
        ImagePreprocessor preprocessor = new(ImageDecoders.Create());
        byte[] truncated = PngWriter.Write(400, 300, PngWriter.Rgb, 8, new byte[1200]);

        ImageHeader header = preprocessor.ReadHeader(truncated);

        Assert.Equal(("png", 400, 300), (header.Format, header.Width, header.Height));
        Assert.Equal(ClassificationError.InvalidImage, Assert.Throws<ClassificationException>(() => Load(preprocessor, truncated)).Error);
    }

    [Theory]
    [InlineData(ImageCrop.Sd)]
    [InlineData(ImageCrop.Dit)]
    public void One_pixel_fills_the_square(ImageCrop crop)
    {
        ImagePreprocessor preprocessor = new(ImageDecoders.Create());
        byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 8, [255, 0, 51]);

        PixelImage image = preprocessor.Load(png, ImageMode.Default, new ImagePreprocessing(32, crop));

        Assert.Equal(3 * 32 * 32, image.Values.Length);
        Assert.All(image.Values[..1024], value => Assert.Equal(1f, value));
        Assert.All(image.Values[1024..2048], value => Assert.Equal(-1f, value));
        Assert.All(image.Values[2048..], value => Assert.Equal((51 / 255f - 0.5f) / 0.5f, value));
    }

    private static PixelImage Load(ImagePreprocessor preprocessor, byte[] file) =>
        preprocessor.Load(file, ImageMode.Default, new ImagePreprocessing(8));
}
