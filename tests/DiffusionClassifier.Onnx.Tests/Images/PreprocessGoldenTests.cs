using System.Security.Cryptography;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>
/// Squares that the paper's Python programs made with Pillow, against ours. The tolerances are the data's own: lossless files exact from
/// the file on; JPEG exact from Pillow's pixels on, and from the file on within what two decoders may differ by (<see cref="DecoderUnderTest"/>).
/// </summary>
public abstract class PreprocessGoldenTests(DecoderUnderTest library, ITestOutputHelper output)
{
    private readonly IImageDecoder _decoder = library.Create();

    [Fact]
    public void Squares_from_exact_pixels_are_exact()
    {
        Deviation deviation = new(0);
        foreach (GoldenSquare golden in Squares(ComparableSource))
        {
            RgbImage pixels = ExactPixels(Image(golden));
            RgbImage square = Crops.Square(pixels, golden.Preprocessing);
            CompareBytes(golden, square, deviation);
            if (golden.Entry.TryGetProperty("f32", out JsonElement floats))
                deviation.Compare(Name(golden, "f32"), GoldenData.Array<float>(floats), ImagePreprocessor.ToPlanes(square));
        }

        Assert.True(deviation.Arrays > 0, "The golden data has squares, but none was compared.");
        deviation.Report(output, $"preprocess ({library.Kind})");
    }

    [Fact]
    public void A_PNG_in_reference_mode_is_exact()
    {
        Deviation deviation = new(0);
        ImagePreprocessor preprocessor = new(_decoder);
        foreach (GoldenSquare golden in Squares(golden => golden.Source == "rgb_first" && Image(golden).IsPng && golden.Entry.TryGetProperty("u8", out _)))
        {
            PixelImage loaded = preprocessor.Load(Image(golden).File, ImageMode.Reference, golden.Preprocessing);
            int size = golden.Preprocessing.Size;
            RgbImage expected = new(size, size, GoldenData.Array<byte>(golden.Entry.GetProperty("u8")));
            deviation.Compare(Name(golden, "end to end"), ImagePreprocessor.ToPlanes(expected), loaded.Values);
        }

        deviation.Report(output, $"PNG files end to end ({library.Kind})");
    }

    [Fact]
    public void Squares_from_JPEG_files_are_close_to_those_of_Pillow()
    {
        Deviation deviation = NewJpegDeviation();
        foreach (GoldenSquare golden in Squares(golden => golden.Source == "rgb_first" && Image(golden).Decoded() is not null && golden.Entry.TryGetProperty("u8", out _)))
        {
            RgbImage decoded = _decoder.Decode(Image(golden).File, ImageMode.Reference);
            CompareBytes(golden, Crops.Square(decoded, golden.Preprocessing), deviation);
        }

        deviation.Report(output, $"JPEG files end to end ({library.Kind})");
    }

    [Fact]
    public void Squares_with_EXIF_orientation_are_what_default_mode_gives()
    {
        Deviation deviation = NewJpegDeviation();
        foreach (GoldenSquare golden in Squares(IsOrientationAlone))
        {
            RgbImage decoded = _decoder.Decode(Image(golden).File, ImageMode.Default);
            CompareBytes(golden, Crops.Square(decoded, golden.Preprocessing), deviation);
        }

        deviation.Report(output, $"EXIF orientation ({library.Kind})");
    }

    [Fact]
    public void A_lossless_file_in_reference_mode_gives_the_pixels_of_Pillow()
    {
        Deviation deviation = new(0);
        foreach (GoldenImage image in Images(image => image.IsPng))
            deviation.Equal(image.Name, image.DecodedSha256, Hash(_decoder.Decode(image.File, ImageMode.Reference)));

        deviation.Report(output, $"PNG files decoded ({library.Kind})");
    }

    [Fact]
    public void A_JPEG_in_reference_mode_is_close_to_that_of_Pillow()
    {
        Deviation deviation = NewJpegDeviation();
        foreach (GoldenImage image in Images(image => image.Decoded() is not null))
            deviation.Compare(image.Name, image.Decoded()!.Pixels, _decoder.Decode(image.File, ImageMode.Reference).Pixels);

        deviation.Report(output, $"JPEG files decoded ({library.Kind})");
    }

    [Fact]
    public void A_plain_PNG_is_the_same_in_both_modes()
    {
        Deviation deviation = new(0);
        foreach (GoldenImage image in Images(image => image.IsPng && image.Orientation == 1 && image.Mode is "RGB" or "L" or "P" or "1"))
        {
            if (!image.HasProfileOrTransparency)
                deviation.Compare(image.Name, _decoder.Decode(image.File, ImageMode.Reference).Pixels, _decoder.Decode(image.File, ImageMode.Default).Pixels);
        }

        deviation.Report(output, $"both modes ({library.Kind})");
    }

    [Fact]
    public void A_BMP_file_is_refused_by_name()
    {
        List<GoldenImage> files = [.. Images(image => image.IsBmp)];
        Assert.SkipWhen(files.Count == 0, "The golden data has no BMP file.");

        foreach (GoldenImage image in files)
        {
            ClassificationException error = Assert.Throws<ClassificationException>(() => _decoder.ReadHeader(image.File));
            Assert.Equal(ClassificationError.UnsupportedImageFormat, error.Error);
            Assert.StartsWith("BMP", error.Message, StringComparison.Ordinal);
        }
    }

    private Deviation NewJpegDeviation() => new(library.JpegLevels, library.JpegMeanLevels);

    /// <summary>
    /// rgb_first is what the service does. raw (the file's own mode is resized, then converted) is not: RGBA would be premultiplied,
    /// palettes and bits taken with nearest neighbour. It is the same for gray files, where resizing commutes with repeating the
    /// channel, so those are compared and the others are not; exif_transposed has a test of its own.
    /// </summary>
    private static bool ComparableSource(GoldenSquare golden) =>
        golden.Source == "rgb_first" || (golden.Source == "raw" && Image(golden).Mode == "L");

    /// <summary>The default mode does more than turn the picture: where a profile or alpha is involved, it should differ.</summary>
    private static bool IsOrientationAlone(GoldenSquare golden) =>
        golden.Source == "exif_transposed" && golden.Entry.TryGetProperty("u8", out _)
        && Image(golden) is { Mode: "RGB" or "L", HasProfileOrTransparency: false };

    private RgbImage ExactPixels(GoldenImage image)
    {
        if (image.IsBmp)
            return BmpReader.Read(image.File);
        return image.Decoded() ?? _decoder.Decode(image.File, ImageMode.Reference);
    }

    private void CompareBytes(GoldenSquare golden, RgbImage square, Deviation deviation)
    {
        Assert.Equal((golden.Preprocessing.Size, golden.Preprocessing.Size), (square.Width, square.Height));
        if (golden.Entry.TryGetProperty("u8", out JsonElement bytes))
            deviation.Compare(Name(golden, "u8"), GoldenData.Array<byte>(bytes), square.Pixels);
        if (golden.Entry.TryGetProperty("sha256_u8", out JsonElement hash))
            deviation.Equal(Name(golden, "sha256"), hash.GetString()!, Hash(square));
        if (golden.Entry.TryGetProperty("png", out JsonElement png))
        {
            byte[] file = File.ReadAllBytes(GoldenData.Require(png.GetString()!));
            deviation.Compare(Name(golden, "png"), _decoder.Decode(file, ImageMode.Reference).Pixels, square.Pixels);
        }
    }

    private static IEnumerable<GoldenSquare> Squares(Func<GoldenSquare, bool> wanted)
    {
        GoldenData.Require("preprocess/preprocess.json");
        return GoldenSquare.All.Where(wanted);
    }

    private static IEnumerable<GoldenImage> Images(Func<GoldenImage, bool> wanted)
    {
        GoldenData.Require("images/images.json");
        return GoldenImage.All.Where(wanted);
    }

    private static GoldenImage Image(GoldenSquare golden) => GoldenImage.All.Single(image => image.Name == golden.Image);

    private static string Name(GoldenSquare golden, string what) => $"{golden.Image} {golden.Key} {what}";

    private static string Hash(RgbImage image) => Convert.ToHexString(SHA256.HashData(image.Pixels));
}
