using System.Text;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images.ImageSharp;

/// <summary>ImageSharp does not apply colour profiles: the answer says so where it matters.</summary>
public sealed class ProfileWarningTests
{
    private readonly IImageDecoder _decoder = ImageDecoders.Create(DecoderKind.ImageSharp);

    [Fact]
    public void A_wide_gamut_profile_leaves_the_colours_with_a_warning()
    {
        byte[] expected = _decoder.Decode(SampleFiles.Jpeg, ImageMode.Default).Pixels;

        RgbImage image = _decoder.Decode(SampleFiles.JpegWithProfile(SampleFiles.DisplayP3Profile), ImageMode.Default);

        Assert.Equal(expected, image.Pixels);
        Assert.Contains("profile", Assert.Single(image.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_named_sRGB_gives_no_warning()
    {
        byte[] profile = [.. SampleFiles.DisplayP3Profile];
        int name = profile.AsSpan().IndexOf(Encoding.BigEndianUnicode.GetBytes("sP3"));
        byte[] srgb = Encoding.BigEndianUnicode.GetBytes("sRGB");
        srgb.CopyTo(profile, name);

        Assert.Empty(_decoder.Decode(SampleFiles.JpegWithProfile(profile), ImageMode.Default).Warnings);
    }

    [Fact]
    public void An_unreadable_profile_leaves_the_colours()
    {
        byte[] expected = _decoder.Decode(SampleFiles.Jpeg, ImageMode.Default).Pixels;

        Assert.Equal(expected, _decoder.Decode(SampleFiles.JpegWithProfile(new byte[200]), ImageMode.Default).Pixels);
    }

    [Fact]
    public void Profiles_of_all_three_formats_are_found_and_those_of_sRGB_told_apart()
    {
        byte[] other = SampleFiles.DisplayP3Profile, same = [.. other[..^4], .. "sRGB"u8];
        foreach ((byte[] profile, int warnings) in ((byte[], int)[])[(other, 1), (same, 0)])
        {
            byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 8, [1, 2, 3], ("iCCP", PngWriter.Profile(profile)));

            Assert.Equal(warnings, _decoder.Decode(png, ImageMode.Default).Warnings.Count);
            Assert.Equal(warnings, _decoder.Decode(SampleFiles.JpegWithProfile(profile), ImageMode.Default).Warnings.Count);
            Assert.Equal(warnings, _decoder.Decode(WebPFile.Extended(2, 1, 0x20, ("ICCP", profile), WebPFile.Picture(SampleFiles.WebP)), ImageMode.Default).Warnings.Count);
        }
    }

    [Fact]
    public void A_profile_that_unpacks_without_end_is_read_no_further_than_a_name_can_be()
    {
        byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 8, [1, 2, 3], ("iCCP", PngWriter.Profile(new byte[64 << 20])));
        long before = GC.GetAllocatedBytesForCurrentThread();

        RgbImage image = _decoder.Decode(png, ImageMode.Default);

        Assert.Single(image.Warnings);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }
}
