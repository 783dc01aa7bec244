using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Images.ImageSharp;

namespace DiffusionClassifier.Onnx.Tests.Images.ImageSharp;

public sealed class FileStructureTests
{
    // An EXIF segment with a thumbnail, which has an end marker of its own.
    private static readonly byte[] Thumbnail = [0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 1, 2, 0xFF, 0xD9];

    [Fact]
    public void A_JPEG_with_a_thumbnail_is_whole_only_with_the_end_of_the_picture_itself()
    {
        byte[] file = [.. SampleFiles.Jpeg[..2], .. Thumbnail, .. SampleFiles.Jpeg[2..]];

        Assert.True(FileStructure.IsWhole(ImageFormats.Jpeg, file));
        Assert.True(FileStructure.IsWhole(ImageFormats.Jpeg, (byte[])[.. file, 1, 2, 3]));
        Assert.False(FileStructure.IsWhole(ImageFormats.Jpeg, file.AsMemory(..^2)));
        Assert.False(FileStructure.IsWhole(ImageFormats.Jpeg, file.AsMemory(..20)));
    }

    [Fact]
    public void A_JPEG_with_padding_between_segments_is_whole()
    {
        byte[] file = [.. SampleFiles.Jpeg[..2], 0xFF, 0xFF, .. SampleFiles.Jpeg[2..]];

        Assert.True(FileStructure.IsWhole(ImageFormats.Jpeg, file));
    }

    [Theory]
    [InlineData(8, 9, true)] // the seven pictures of 8x8 pixels take 79 bytes with their filters; 9 rows of 8 and their filters are 81
    [InlineData(8, 8, false)]
    [InlineData(1, 1, true)] // one pixel: one picture, the others are empty
    public void An_interlaced_PNG_is_whole_with_its_seven_pictures(int side, int rows, bool whole)
    {
        const int InterlaceOfHeader = 28;
        byte[] file = PngWriter.Write(side, side, PngWriter.Gray, 8, new byte[side * rows]);
        file[InterlaceOfHeader] = 1;

        Assert.Equal(whole, FileStructure.IsWhole(ImageFormats.Png, file));
    }

    [Theory]
    [InlineData(PngWriter.Rgba, 16, 16)]
    [InlineData(PngWriter.Gray, 1, 1)]
    [InlineData(PngWriter.Palette, 4, 1)]
    public void A_PNG_with_a_row_too_few_is_not_whole(byte colourType, byte bitDepth, int rowBytes)
    {
        Assert.True(FileStructure.IsWhole(ImageFormats.Png, Png(3)));
        Assert.False(FileStructure.IsWhole(ImageFormats.Png, Png(2)));

        byte[] Png(int rows) => PngWriter.Write(2, 3, colourType, bitDepth, new byte[rows * rowBytes], ("PLTE", [1, 2, 3]));
    }

    [Fact]
    public void A_WebP_is_whole_where_it_is_as_long_as_its_container_says()
    {
        Assert.True(FileStructure.IsWhole(ImageFormats.WebP, SampleFiles.WebP));
        Assert.False(FileStructure.IsWhole(ImageFormats.WebP, SampleFiles.WebP.AsMemory(..^1)));
        Assert.False(FileStructure.IsWhole(ImageFormats.WebP, "RIFF"u8.ToArray()));
    }

    // What ImageSharp reads or writes memory by, without looking at its bounds.
    [Theory]
    [InlineData("IHDR", new byte[] { 0, 0, 1, 0, 0, 0, 1, 0, 8, 3, 0, 0, 0 })]
    [InlineData("PLTE", new byte[] { 1, 2 })]
    [InlineData("PLTE", new byte[0])]
    [InlineData("none", new byte[0])]
    public void A_second_header_and_a_palette_without_a_colour_are_damage(string chunk, byte[] data)
    {
        byte[] sound = PngWriter.Write(2, 2, PngWriter.Palette, 8, new byte[4], ("PLTE", [1, 2, 3]), ("none", []));
        byte[] damaged = chunk == "IHDR"
            ? PngWriter.Write(2, 2, PngWriter.Palette, 8, new byte[4], ("PLTE", [1, 2, 3]), (chunk, data))
            : PngWriter.Write(2, 2, PngWriter.Palette, 8, new byte[4], (chunk, data));

        Assert.True(FileStructure.IsWhole(ImageFormats.Png, sound));
        Assert.False(FileStructure.IsWhole(ImageFormats.Png, damaged));
    }
}
