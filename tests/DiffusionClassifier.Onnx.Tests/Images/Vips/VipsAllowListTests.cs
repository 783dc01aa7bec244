using DiffusionClassifier.Onnx.Images.Vips;
using NetVips;

namespace DiffusionClassifier.Onnx.Tests.Images.Vips;

public sealed class VipsAllowListTests
{
    // 1x1, valid: only the block can be what refuses it.
    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    [Theory]
    [InlineData("pngload_buffer", true)]
    [InlineData("gifload_buffer", false)]
    [InlineData("svgload_buffer", false)]
    [InlineData("tiffload_buffer", false)]
    public void A_loader_outside_the_list_is_blocked(string loader, bool allowed)
    {
        VipsLibrary.EnsureStarted();
        byte[] file = loader switch
        {
            "pngload_buffer" => PngWriter.Write(1, 1, PngWriter.Gray, 8, [0]),
            "svgload_buffer" => [.. "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"u8],
            _ => Gif,
        };

        Exception? error = Record.Exception(() => ((Image)Operation.Call(loader, file)).Dispose());

        Assert.Equal(allowed, error is null);
        if (!allowed)
            Assert.Contains("blocked", Assert.IsType<VipsException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_does_not_load_says_why_and_what_to_do()
    {
        DllNotFoundException error = VipsLibrary.Missing(new TypeInitializationException("x", new DllNotFoundException("Unable to load 'libvips'. Places:\nhere\nthere")));

        Assert.Contains("Unable to load 'libvips'.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("there", error.Message, StringComparison.Ordinal);
        Assert.Contains("NetVips.Native", error.Message, StringComparison.Ordinal);
        Assert.Contains("Images:Decoder", error.Message, StringComparison.Ordinal);
    }
}
