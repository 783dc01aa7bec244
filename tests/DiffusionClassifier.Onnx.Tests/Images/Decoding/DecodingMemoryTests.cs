using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Tests.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Images.Decoding;

public abstract class DecodingMemoryTests(DecoderUnderTest library)
{
    public static TheoryData<string, byte[], long> Files => new()
    {
        { "sequential", ImageCorpus.File("baseline.jpg"), 11 },
        { "of four inks", ImageCorpus.File("cmyk.jpg"), 11 },
        { "progressive", ImageCorpus.File("progressive.jpg"), 11 + 3 * 2 },
        { "progressive grey", HugeJpeg.Progressive(64, 64), 11 + 2 },
        { "sequential, one scan a component", SpreadOverScans(ImageCorpus.File("baseline.jpg")), 11 + 3 * 2 },
        { "a progressive thumbnail", SampleFiles.JpegWithExif(ImageCorpus.File("baseline.jpg"), [.. PngWriter.Exif(1), .. ImageCorpus.File("progressive.jpg")]), 11 },
        { "8 bits", PngWriter.Write(4, 4, PngWriter.Rgba, 8, new byte[64]), 10 },
        { "16 bits", PngWriter.Write(4, 4, PngWriter.Gray, 16, new byte[32]), 16 },
        { "WebP", SampleFiles.WebP, 14 },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void A_header_tells_what_decoding_takes(string name, byte[] file, long bytesPerPixel)
    {
        var header = new ImagePreprocessor(library.Create()).ReadHeader(file);

        Assert.True(header.DecodeBytes == bytesPerPixel * header.Width * header.Height, $"{name}: {header}");
    }

    // Its only scan has the first component alone: enough for a header.
    private static byte[] SpreadOverScans(byte[] jpeg)
    {
        int scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return [.. jpeg[..scan], 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, .. jpeg[(scan + 14)..]];
    }
}
