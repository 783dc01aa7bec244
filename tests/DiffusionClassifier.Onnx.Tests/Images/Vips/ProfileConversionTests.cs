using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images.Vips;

/// <summary>What libvips does with embedded colour profiles.</summary>
public sealed class ProfileConversionTests
{
    private readonly IImageDecoder _decoder = ImageDecoders.Create();

    [Fact]
    public void An_embedded_profile_is_converted_by_default_and_ignored_in_reference_mode()
    {
        // Display P3's (184, 56, 41) is what sRGB calls (200, 40, 30).
        byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 8, [184, 56, 41], ("iCCP", PngWriter.Profile(SampleFiles.DisplayP3Profile)));

        RgbImage converted = _decoder.Decode(png, ImageMode.Default);

        Deviation.AssertClose([200, 40, 30], converted.Pixels, 2);
        Assert.Empty(converted.Warnings);
        Assert.Equal<byte>([184, 56, 41], _decoder.Decode(png, ImageMode.Reference).Pixels);
    }

    [Fact]
    public void A_picture_with_a_profile_and_sixteen_bit_alpha_is_composed_over_white()
    {
        byte[] samples = [184, 0, 56, 0, 41, 0, 0xFF, 0xFF, 184, 0, 56, 0, 41, 0, 0, 0];
        byte[] png = PngWriter.Write(2, 1, PngWriter.Rgba, 16, samples, ("iCCP", PngWriter.Profile(SampleFiles.DisplayP3Profile)));

        Deviation.AssertClose([200, 40, 30, 255, 255, 255], _decoder.Decode(png, ImageMode.Default).Pixels, 2);
    }

    public static TheoryData<byte[]> UnusableProfiles =>
    [
        new byte[200],
        SampleFiles.DisplayP3Profile[..200],
        // Says that it is a profile for gray.
        GrayProfile(),
    ];

    [Theory]
    [MemberData(nameof(UnusableProfiles))]
    public void An_unusable_profile_is_a_warning_and_leaves_the_colours(byte[] profile)
    {
        byte[] expected = _decoder.Decode(SampleFiles.Jpeg, ImageMode.Default).Pixels;

        RgbImage image = _decoder.Decode(SampleFiles.JpegWithProfile(profile), ImageMode.Default);

        Assert.Equal(expected, image.Pixels);
        Assert.Contains("profile", Assert.Single(image.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_usable_profile_of_a_JPEG_changes_the_colours_without_a_warning()
    {
        byte[] plain = _decoder.Decode(SampleFiles.Jpeg, ImageMode.Default).Pixels;

        RgbImage image = _decoder.Decode(SampleFiles.JpegWithProfile(SampleFiles.DisplayP3Profile), ImageMode.Default);

        Assert.NotEqual(plain, image.Pixels);
        Assert.Empty(image.Warnings);
    }

    private static byte[] GrayProfile() => [.. SampleFiles.DisplayP3Profile[..16], .. "GRAY"u8, .. SampleFiles.DisplayP3Profile[20..]];
}
