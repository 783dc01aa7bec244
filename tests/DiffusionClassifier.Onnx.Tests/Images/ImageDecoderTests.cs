using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>The image library of this build, through its seam: what each kind of file becomes in both modes.</summary>
public abstract class ImageDecoderTests(DecoderUnderTest library)
{
    private readonly IImageDecoder _decoder = library.Create();

    [Fact]
    public void A_header_names_format_and_size()
    {
        byte[] png = PngWriter.Write(3, 2, PngWriter.Rgb, 8, new byte[18]);

        Assert.Equal(new ImageHeader("png", 3, 2), _decoder.ReadHeader(png));
        Assert.Equal(new ImageHeader("jpeg", 16, 16), _decoder.ReadHeader(SampleFiles.Jpeg));
        Assert.Equal(new ImageHeader("webp", 2, 1), _decoder.ReadHeader(SampleFiles.WebP));
    }

    [Fact]
    public void The_header_of_a_turned_image_gives_the_stored_size()
    {
        byte[] png = PngWriter.Write(3, 2, PngWriter.Rgb, 8, new byte[18], ("eXIf", PngWriter.Exif(6)));

        Assert.Equal(new ImageHeader("png", 3, 2), _decoder.ReadHeader(png));
    }

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void An_RGB_PNG_gives_its_samples(ImageMode mode)
    {
        byte[] samples = [1, 2, 3, 4, 5, 6, 250, 251, 252, 253, 254, 255];

        RgbImage image = _decoder.Decode(PngWriter.Write(2, 2, PngWriter.Rgb, 8, samples), mode);

        Assert.Equal((2, 2), (image.Width, image.Height));
        Assert.Equal(samples, image.Pixels);
        Assert.Empty(image.Warnings);
    }

    [Theory]
    [InlineData(1, new byte[] { 0b0100_0000 }, new byte[] { 0, 0, 0, 255, 255, 255 })]
    [InlineData(2, new byte[] { 0b0110_0000 }, new byte[] { 85, 85, 85, 170, 170, 170 })]
    [InlineData(4, new byte[] { 0x3F }, new byte[] { 51, 51, 51, 255, 255, 255 })]
    [InlineData(8, new byte[] { 7, 200 }, new byte[] { 7, 7, 7, 200, 200, 200 })]
    public void A_grey_PNG_repeats_its_channel(byte bitDepth, byte[] samples, byte[] expected)
    {
        byte[] png = PngWriter.Write(2, 1, PngWriter.Gray, bitDepth, samples);

        Assert.Equal(expected, _decoder.Decode(png, ImageMode.Default).Pixels);
        Assert.Equal(expected, _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Fact]
    public void The_colours_of_a_PNG_with_a_palette_are_looked_up()
    {
        byte[] png = PngWriter.Write(2, 1, PngWriter.Palette, 8, [1, 0], ("PLTE", [10, 20, 30, 40, 50, 60]));

        byte[] expected = [40, 50, 60, 10, 20, 30];
        Assert.Equal(expected, _decoder.Decode(png, ImageMode.Default).Pixels);
        Assert.Equal(expected, _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Fact]
    public void Transparent_pixels_are_white_by_default_and_keep_their_colour_in_reference_mode()
    {
        byte[] png = PngWriter.Write(3, 1, PngWriter.Rgba, 8, [200, 100, 50, 0, 200, 100, 50, 255, 200, 100, 50, 51]);

        // 51 is a fifth: 0.2·colour + 0.8·255.
        Deviation.AssertClose([255, 255, 255, 200, 100, 50, 244, 224, 214], _decoder.Decode(png, ImageMode.Default).Pixels, 1);
        Assert.Equal<byte>([200, 100, 50, 200, 100, 50, 200, 100, 50], _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Fact]
    public void A_transparent_palette_entry_is_white_by_default_and_keeps_its_colour_in_reference_mode()
    {
        byte[] png = PngWriter.Write(2, 1, PngWriter.Palette, 8, [0, 1], ("PLTE", [10, 20, 30, 40, 50, 60]), ("tRNS", [0]));

        Assert.Equal<byte>([255, 255, 255, 40, 50, 60], _decoder.Decode(png, ImageMode.Default).Pixels);
        Assert.Equal<byte>([10, 20, 30, 40, 50, 60], _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Fact]
    public void Grey_with_alpha_is_composed_by_default_and_replicated_in_reference_mode()
    {
        byte[] png = PngWriter.Write(2, 1, PngWriter.GrayAlpha, 8, [90, 0, 90, 255]);

        Assert.Equal<byte>([255, 255, 255, 90, 90, 90], _decoder.Decode(png, ImageMode.Default).Pixels);
        Assert.Equal<byte>([90, 90, 90, 90, 90, 90], _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Fact]
    public void Sixteen_bit_grey_is_scaled_by_default_and_clipped_in_reference_mode()
    {
        byte[] png = PngWriter.Write(3, 1, PngWriter.Gray, 16, [0x00, 0x80, 0x80, 0x00, 0xFF, 0xFF]);

        Assert.Equal<byte>([0, 0, 0, 128, 128, 128, 255, 255, 255], _decoder.Decode(png, ImageMode.Default).Pixels);
        Assert.Equal<byte>([128, 128, 128, 255, 255, 255, 255, 255, 255], _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void Sixteen_bit_RGB_keeps_the_high_byte(ImageMode mode)
    {
        byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 16, [0x12, 0xFF, 0x80, 0x7F, 0xFF, 0x00]);

        Assert.Equal<byte>([0x12, 0x80, 0xFF], _decoder.Decode(png, mode).Pixels);
    }

    [Fact]
    public void Sixteen_bit_alpha_is_scaled_like_the_colours()
    {
        byte[] gray = PngWriter.Write(2, 1, PngWriter.GrayAlpha, 16, [0x40, 0, 0xFF, 0xFF, 0x40, 0, 0, 0]);
        byte[] rgba = PngWriter.Write(2, 1, PngWriter.Rgba, 16, [0x40, 0, 0x50, 0, 0x60, 0, 0xFF, 0xFF, 0x40, 0, 0x50, 0, 0x60, 0, 0, 0]);

        Assert.Equal<byte>([0x40, 0x40, 0x40, 255, 255, 255], _decoder.Decode(gray, ImageMode.Default).Pixels);
        Assert.Equal<byte>([0x40, 0x40, 0x40, 0x40, 0x40, 0x40], _decoder.Decode(gray, ImageMode.Reference).Pixels);
        Assert.Equal<byte>([0x40, 0x50, 0x60, 255, 255, 255], _decoder.Decode(rgba, ImageMode.Default).Pixels);
        Assert.Equal<byte>([0x40, 0x50, 0x60, 0x40, 0x50, 0x60], _decoder.Decode(rgba, ImageMode.Reference).Pixels);
    }

    // The six pixels are numbered row by row; EXIF says how the camera was held.
    [Theory]
    [InlineData(1, 3, new byte[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(2, 3, new byte[] { 2, 1, 0, 5, 4, 3 })]
    [InlineData(3, 3, new byte[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(4, 3, new byte[] { 3, 4, 5, 0, 1, 2 })]
    [InlineData(5, 2, new byte[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(6, 2, new byte[] { 3, 0, 4, 1, 5, 2 })]
    [InlineData(7, 2, new byte[] { 5, 2, 4, 1, 3, 0 })]
    [InlineData(8, 2, new byte[] { 2, 5, 1, 4, 0, 3 })]
    [InlineData(9, 3, new byte[] { 0, 1, 2, 3, 4, 5 })]
    public void Orientation_is_applied_by_default_and_ignored_in_reference_mode(byte orientation, int width, byte[] expected)
    {
        byte[] png = PngWriter.Write(3, 2, PngWriter.Gray, 8, [0, 1, 2, 3, 4, 5], ("eXIf", PngWriter.Exif(orientation)));

        RgbImage turned = _decoder.Decode(png, ImageMode.Default);
        RgbImage stored = _decoder.Decode(png, ImageMode.Reference);

        Assert.Equal((width, 6 / width), (turned.Width, turned.Height));
        Assert.Equal(expected, turned.Pixels.Where((_, index) => index % 3 == 0));
        Assert.Equal((3, 2), (stored.Width, stored.Height));
        Assert.Equal<byte>([0, 1, 2, 3, 4, 5], stored.Pixels.Where((_, index) => index % 3 == 0));
    }

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void A_JPEG_is_close_to_what_was_stored(ImageMode mode)
    {
        RgbImage image = _decoder.Decode(SampleFiles.Jpeg, mode);

        Assert.Equal((16, 16), (image.Width, image.Height));
        for (int i = 0; i < 256; i++)
            Deviation.AssertClose([(byte)(i % 16 * 16), (byte)(i / 16 * 16), 128], image.Pixels.AsSpan(3 * i, 3), 16);
    }

    [Fact]
    public void A_WebP_gives_its_samples()
    {
        Assert.Equal<byte>([255, 0, 0, 0, 0, 255], _decoder.Decode(SampleFiles.WebP, ImageMode.Default).Pixels);
        Assert.Equal<byte>([255, 0, 0, 0, 0, 255], _decoder.Decode(SampleFiles.WebPWithAlpha, ImageMode.Reference).Pixels);
        Deviation.AssertClose([255, 127, 127, 255, 255, 255], _decoder.Decode(SampleFiles.WebPWithAlpha, ImageMode.Default).Pixels, 1);
    }

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void An_animated_WebP_gives_the_first_frame_and_a_warning(ImageMode mode)
    {
        RgbImage image = _decoder.Decode(SampleFiles.WebPAnimation, mode);

        Assert.Equal<byte>([255, 0, 0, 0, 0, 255], image.Pixels);
        Assert.Contains("2 frames", Assert.Single(image.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void An_animated_PNG_gives_the_first_frame_and_a_warning(ImageMode mode)
    {
        RgbImage image = _decoder.Decode(AnimatedPngFile.Write(1, 1, [10, 20, 30], [40, 50, 60], [70, 80, 90]), mode);

        Assert.Equal<byte>([10, 20, 30], image.Pixels);
        Assert.Equal("The image is an animation of 3 frames: only the first was used.", Assert.Single(image.Warnings));
    }

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void An_animated_PNG_of_one_frame_does_not_move(ImageMode mode) =>
        Assert.Empty(_decoder.Decode(AnimatedPngFile.Write(1, 1, [10, 20, 30]), mode).Warnings);

    [Theory]
    [InlineData(ImageMode.Default)]
    [InlineData(ImageMode.Reference)]
    public void The_picture_in_front_of_an_animation_counts(ImageMode mode)
    {
        byte[] png = AnimatedPngFile.WithoutControl(AnimatedPngFile.Write(1, 1, [10, 20, 30], [40, 50, 60]));

        RgbImage image = _decoder.Decode(png, mode);

        Assert.Equal<byte>([10, 20, 30], image.Pixels);
        Assert.Equal("The image is an animation of 3 frames: only the first was used.", Assert.Single(image.Warnings));
    }

    [Theory]
    [InlineData(ImageMode.Default, 0x020002)] // the other half of a stereo pair
    [InlineData(ImageMode.Reference, 0x020002)]
    [InlineData(ImageMode.Default, 0)] // any
    public void A_JPEG_of_several_pictures_gives_the_first_and_a_warning(ImageMode mode, int kind)
    {
        RgbImage image = _decoder.Decode(MultiPictureFile.Write(SampleFiles.Jpeg, kind), mode);

        Assert.Equal(_decoder.Decode(SampleFiles.Jpeg, mode).Pixels, image.Pixels);
        Assert.Equal("The file holds 2 images: only the first was used.", Assert.Single(image.Warnings));
    }

    [Theory]
    [InlineData(0x010001, "")] // a thumbnail
    [InlineData(0, "urn:com:apple:photo:2020:aux:hdrgainmap")]
    [InlineData(0, "http://ns.adobe.com/hdr-gain-map/1.0/")]
    public void What_phones_put_behind_a_picture_is_no_other_picture(int kind, string text) =>
        Assert.Empty(_decoder.Decode(MultiPictureFile.Write(SampleFiles.Jpeg, kind, text), ImageMode.Default).Warnings);

    // The frame is two pixels of a canvas of eight; where it is not, nothing is.
    [Theory]
    [InlineData(ImageMode.Default, 255)]
    [InlineData(ImageMode.Reference, 0)]
    public void A_first_frame_smaller_than_its_canvas_lies_where_it_says(ImageMode mode, byte around)
    {
        byte[] file = WebPFile.Animation(4, 2, alpha: true, (2, 0, SampleFiles.WebP), (0, 0, SampleFiles.WebP));

        RgbImage image = _decoder.Decode(file, mode);

        Assert.Equal(new ImageHeader("webp", 4, 2), _decoder.ReadHeader(file));
        Assert.Equal<byte>([.. Enumerable.Repeat(around, 6), 255, 0, 0, 0, 0, 255, .. Enumerable.Repeat(around, 12)], image.Pixels);
        Assert.Contains("2 frames", Assert.Single(image.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_beyond_its_canvas_is_damage()
    {
        byte[] file = WebPFile.Animation(3, 1, alpha: true, (2, 0, SampleFiles.WebP));

        Assert.Equal(ClassificationError.InvalidImage, Assert.Throws<ClassificationException>(() => _decoder.Decode(file, ImageMode.Default)).Error);
    }

    [Fact]
    public void A_text_that_unpacks_to_megabytes_is_not_unpacked()
    {
        byte[] png = PngWriter.Write(2, 1, PngWriter.Rgb, 8, [1, 2, 3, 4, 5, 6], ("zTXt", PngWriter.Profile(new byte[64 << 20])), ("iTXt", [.. "a\0\x01\0\0\0"u8, .. PngWriter.Deflate(new byte[64 << 20])]));
        _decoder.Decode(png, ImageMode.Default);
        long before = GC.GetAllocatedBytesForCurrentThread();

        RgbImage image = _decoder.Decode(png, ImageMode.Default);

        Assert.Equal<byte>([1, 2, 3, 4, 5, 6], image.Pixels);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }
}
