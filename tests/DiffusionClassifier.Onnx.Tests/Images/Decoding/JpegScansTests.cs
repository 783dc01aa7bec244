using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Tests.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Images.Decoding;

/// <summary>A JPEG of many scans costs minutes in a small file.</summary>
public sealed class JpegScansTests
{
    [Theory]
    [InlineData("baseline.jpg", 1)]
    [InlineData("restart.jpg", 1)]
    [InlineData("photo.jpg", 1)]
    [InlineData("icc.jpg", 1)]
    [InlineData("progressive.jpg", 10)] // libjpeg's own script for colours
    public void Count_WholeFile_IsThatOfItsEncoder(string name, int expected) =>
        Assert.Equal(expected, JpegScans.Of(ImageCorpus.File(name)).Count);

    [Fact]
    public void Count_ScansInMetadataAndBehindTheImage_AreNotItsOwn()
    {
        byte[] jpeg = ImageCorpus.File("baseline.jpg");
        byte[] withThumbnail = SampleFiles.JpegWithExif(jpeg, [.. PngWriter.Exif(1), .. ImageCorpus.File("progressive.jpg")]);

        Assert.Equal(1, JpegScans.Of([.. withThumbnail, .. jpeg, .. jpeg]).Count);
    }

    [Fact]
    public void Count_FileCutAnywhere_IsNoMoreThanTheWhole()
    {
        byte[] jpeg = ImageCorpus.File("progressive.jpg");

        for (int length = 0; length <= jpeg.Length; length++)
            Assert.InRange(JpegScans.Of(jpeg.AsSpan(0, length)).Count, 0, 10);
    }

    [Theory]
    [InlineData(90, null)]
    [InlineData(91, ClassificationError.InvalidImage)]
    public void ReadHeader_MoreScansThanAnyEncoderWrites_IsRefused(int added, ClassificationError? expected)
    {
        ReadOnlySpan<byte> jpeg = ImageCorpus.File("progressive.jpg");
        int last = jpeg.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] scan = jpeg[last..^2].ToArray();
        byte[] many = [.. jpeg[..^2], .. Enumerable.Repeat(scan, added).SelectMany(bytes => bytes), .. jpeg[^2..]];
        ImagePreprocessor preprocessor = new(ImageDecoders.Create());

        var error = Record.Exception(() => preprocessor.ReadHeader(many)) as ClassificationException;

        Assert.Equal(expected, error?.Error);
        Assert.True(expected is null || error!.Message.Contains("101 scans", StringComparison.Ordinal));
    }
}
