using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>A picture of 100 megapixels is within the limits: what it costs is known. Weighs the whole process, so that it must run alone.</summary>
public abstract class PanoramaTests(DecoderUnderTest library, ITestOutputHelper output)
{
    private const int Width = 20_000, Height = 5_000, Side = 10_000; // as many pixels, but no side of a WebP is longer than 16,384
    private const long Pixels = (long)Width * Height * RgbImage.Channels;
    private const long Rest = 128 << 20; // the file, strips, the heap's slack

    public static TheoryData<string, byte[], int> Files => new()
    {
        { "JPEG", HugeJpeg.Baseline(Width, Height), 1 },
        { "turned JPEG", SampleFiles.JpegWithExif(HugeJpeg.Baseline(Width, Height), PngWriter.Exif(6)), 2 }, // turning needs all of it at once
        { "progressive JPEG", HugeJpeg.Progressive(Width, Height), 2 }, // two bytes a sample are kept until the last scan
        { "progressive JPEG in colour", HugeJpeg.ProgressiveColour(Width, Height), 3 }, // the same of all three
        { "turned progressive JPEG", SampleFiles.JpegWithExif(HugeJpeg.ProgressiveColour(Width, Height), PngWriter.Exif(6)), 4 },
        { "WebP", HugeWebP.Write(Side, Side), 5 }, // RGBA twice before it is RGB
        { "PNG", PngWriter.Write(Width, Height, PngWriter.Gray, 1, new byte[Width / 8 * Height]), 1 },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void A_hundred_megapixels_need_their_pixels_a_few_times_and_no_more_than_estimated(string name, byte[] file, int copies)
    {
        ImagePreprocessor preprocessor = new(library.Create());
        preprocessor.Load(SampleFiles.Jpeg, ImageMode.Default, new ImagePreprocessing(64)); // loads the library
        long before = ProcessMemory.Settled(Environment.ProcessId).Resident;
        ImageHeader header = preprocessor.ReadHeader(file);
        long estimate = header.DecodeBytes;
        ProcessMemory.ForgetPeak();

        PixelImage image = preprocessor.Load(file, header, ImageMode.Default, new ImagePreprocessing(64));

        long peak = ProcessMemory.Of(Environment.ProcessId).Peak - before;
        output.WriteLine($"{name}: {file.Length >> 10} KiB, {peak >> 20} MiB at most, {estimate >> 20} MiB estimated");
        Assert.Equal(3 * 64 * 64, image.Values.Length);
        Assert.All(image.Values, value => Assert.Equal(image.Values[0], value));
        Assert.InRange(peak, Pixels / 2, (copies + library.MoreCopies) * Pixels + Rest);
        Assert.InRange(peak, 0, estimate + Rest);
    }
}
