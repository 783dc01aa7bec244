using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.ImageSharp;
using DiffusionClassifier.Onnx.Images.Vips;

namespace DiffusionClassifier.Onnx.Tests.Images;

public sealed class ImageDecodersTests
{
    [Fact]
    public void A_decoder_is_chosen_by_name_and_libvips_without_one()
    {
        Assert.IsType<VipsImageDecoder>(ImageDecoders.Create(ImageDecoders.Parse(null)));
        Assert.IsType<VipsImageDecoder>(ImageDecoders.Create(ImageDecoders.Parse("Vips")));
        Assert.IsType<ImageSharpDecoder>(ImageDecoders.Create(ImageDecoders.Parse("imagesharp")));
    }

    [Theory]
    [InlineData("gd")]
    [InlineData("1")]
    [InlineData("")]
    public void Another_name_is_an_error_that_names_the_choices(string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ImageDecoders.Parse(name));

        Assert.Equal($"Images:Decoder is '{name}'; it must be Vips or ImageSharp.", error.Message);
    }
}
