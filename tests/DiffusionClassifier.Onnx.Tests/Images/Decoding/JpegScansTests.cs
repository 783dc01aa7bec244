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
    public void A_whole_file_has_as_many_scans_as_its_encoder_wrote(string name, int expected) =>
        Assert.Equal(expected, JpegScans.Of(ImageCorpus.File(name)).Count);

    [Fact]
    public void Scans_in_metadata_and_behind_the_image_are_not_its_own()
    {
        byte[] jpeg = ImageCorpus.File("baseline.jpg");
        byte[] withThumbnail = SampleFiles.JpegWithExif(jpeg, [.. PngWriter.Exif(1), .. ImageCorpus.File("progressive.jpg")]);

        Assert.Equal(1, JpegScans.Of([.. withThumbnail, .. jpeg, .. jpeg]).Count);
    }

    [Fact]
    public void A_file_cut_anywhere_has_no_more_scans_than_the_whole()
    {
        byte[] jpeg = ImageCorpus.File("progressive.jpg");

        for (int length = 0; length <= jpeg.Length; length++)
            Assert.InRange(JpegScans.Of(jpeg.AsSpan(0, length)).Count, 0, 10);
    }

    [Theory]
    [InlineData(90, null)]
    [InlineData(91, ClassificationError.InvalidImage)]
    public void More_scans_than_any_encoder_writes_are_refused(int added, ClassificationError? expected)
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
