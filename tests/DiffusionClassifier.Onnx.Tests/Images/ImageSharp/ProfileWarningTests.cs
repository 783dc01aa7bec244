using System.Text;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;

namespace DiffusionClassifier.Onnx.Tests.Images.ImageSharp;

/// <summary>ImageSharp 3 reads colour profiles and does not apply them: the answer says so where it matters.</summary>
public sealed class ProfileWarningTests
{
    private readonly IImageDecoder _decoder = ImageDecoders.Create();

    [Fact]
    public void Decode_WideGamutProfile_LeavesTheColoursWithAWarning()
    {
        byte[] expected = _decoder.Decode(SampleFiles.Jpeg, ImageMode.Default).Pixels;

        RgbImage image = _decoder.Decode(SampleFiles.JpegWithProfile(SampleFiles.DisplayP3Profile), ImageMode.Default);

        Assert.Equal(expected, image.Pixels);
        Assert.Contains("profile", Assert.Single(image.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ProfileNamedSrgb_IsNoWarning()
    {
        byte[] profile = [.. SampleFiles.DisplayP3Profile];
        int name = profile.AsSpan().IndexOf(Encoding.BigEndianUnicode.GetBytes("sP3"));
        byte[] srgb = Encoding.BigEndianUnicode.GetBytes("sRGB");
        srgb.CopyTo(profile, name);

        Assert.Empty(_decoder.Decode(SampleFiles.JpegWithProfile(profile), ImageMode.Default).Warnings);
    }

    [Fact]
    public void Decode_UnreadableProfile_LeavesTheColours()
    {
        byte[] expected = _decoder.Decode(SampleFiles.Jpeg, ImageMode.Default).Pixels;

        Assert.Equal(expected, _decoder.Decode(SampleFiles.JpegWithProfile(new byte[200]), ImageMode.Default).Pixels);
    }
}
