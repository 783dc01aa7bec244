using System.Buffers;
using DiffusionClassifier.Onnx.Images.Vips;

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
    public void Open_LoaderOutsideTheList_IsBlocked(string loader, bool allowed)
    {
        VipsLibrary.EnsureStarted();
        byte[] file = loader switch
        {
            "pngload_buffer" => PngWriter.Write(1, 1, PngWriter.Gray, 8, [0]),
            "svgload_buffer" => [.. "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"u8],
            _ => Gif,
        };

        using MemoryHandle pinned = file.AsMemory().Pin();

        Exception? error = Record.Exception(() => VipsImage.Open(loader, pinned, file.Length).Dispose());

        Assert.Equal(allowed, error is null);
        if (!allowed)
            Assert.Contains("blocked", Assert.IsType<VipsException>(error).Message, StringComparison.Ordinal);
    }
}
