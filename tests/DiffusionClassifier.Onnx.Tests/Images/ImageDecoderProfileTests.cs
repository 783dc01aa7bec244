using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Embedded colour profiles: what must be so whether the image library converts them or not.</summary>
public abstract class ImageDecoderProfileTests(DecoderUnderTest library)
{
    private readonly IImageDecoder _decoder = library.Create();

    [Fact]
    public void An_embedded_profile_is_ignored_in_reference_mode()
    {
        byte[] png = PngWriter.Write(1, 1, PngWriter.Rgb, 8, [184, 56, 41], ("iCCP", PngWriter.Profile(SampleFiles.DisplayP3Profile)));

        RgbImage image = _decoder.Decode(png, ImageMode.Reference);

        Assert.Equal<byte>([184, 56, 41], image.Pixels);
        Assert.Empty(image.Warnings);
    }

    [Fact]
    public void A_profile_damaged_anywhere_never_fails_the_picture()
    {
        for (int position = 0; position < SampleFiles.DisplayP3Profile.Length; position += 3)
        {
            byte[] profile = [.. SampleFiles.DisplayP3Profile];
            profile[position] ^= 0xFF;

            RgbImage image = _decoder.Decode(SampleFiles.JpegWithProfile(profile), ImageMode.Default);

            Assert.Equal((16, 16), (image.Width, image.Height));
        }
    }
}
