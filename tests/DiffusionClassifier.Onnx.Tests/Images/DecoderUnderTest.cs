using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>A library that reads images, and what it may do differently. All else holds for each of them.</summary>
/// <param name="Kind">As the service's setting names it.</param>
/// <param name="JpegLevels">Levels that a pixel of a JPEG may be from Pillow's.</param>
/// <param name="JpegMeanLevels">The same over a picture, in the mean.</param>
/// <param name="InterpretsColour">Whether colour profiles, and ink without one, are turned into what a screen shows.</param>
/// <param name="MoreCopies">Copies of the pixels that decoding holds over libvips' own number.</param>
/// <param name="FuzzCases">As many as take half a minute.</param>
public sealed record DecoderUnderTest(DecoderKind Kind, int JpegLevels, double JpegMeanLevels, bool InterpretsColour, int MoreCopies, int FuzzCases)
{
    /// <summary>Pillow carries another release of the same decoder of JPEG.</summary>
    public static DecoderUnderTest Vips { get; } = new(DecoderKind.Vips, 3, 3, InterpretsColour: true, MoreCopies: 0, FuzzCases: 10_000);

    /// <summary>
    /// ImageSharp repeats the colour of 2×2 pixels (4:2:0) where libjpeg interpolates it: libjpeg itself, told to repeat
    /// (<c>djpeg -nosmooth -dct float</c>), is up to 39 levels from its own default on the golden photographs, in the mean 1.2. Files that
    /// keep the colour of every pixel (4:4:4) stay within 3. It holds RGBA beside RGB, and RGB once more where a picture is turned.
    /// </summary>
    public static DecoderUnderTest ImageSharp { get; } = new(DecoderKind.ImageSharp, 48, 2, InterpretsColour: false, MoreCopies: 2, FuzzCases: 10_000);

    public static DecoderUnderTest Of(DecoderKind kind) => kind == DecoderKind.Vips ? Vips : ImageSharp;

    public IImageDecoder Create() => ImageDecoders.Create(Kind);
}
