using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>One small file of each kind that people send, accepted and refused: what image fuzzing starts from.</summary>
internal static class ImageCorpus
{
    private const int Width = 5, Height = 4; // odd, so that packed rows end within a byte

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "DiffusionClassifier.Onnx.Tests", "Fuzzing", "corpus");

    public static IReadOnlyList<(string Name, byte[] Bytes)> All { get; } =
    [
        .. from file in Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal)
           where Path.GetExtension(file) != ".md"
           select (Path.GetFileName(file), System.IO.File.ReadAllBytes(file)),
        .. from depth in (byte[])[1, 2, 4, 8, 16] select ($"gray{depth}.png", Png(PngWriter.Gray, depth)),
        .. from depth in (byte[])[1, 2, 4, 8] select ($"palette{depth}.png", Png(PngWriter.Palette, depth, ("PLTE", Samples(3 << depth)), ("tRNS", [0, 128]))),
        ("gray-alpha8.png", Png(PngWriter.GrayAlpha, 8)),
        ("gray-alpha16.png", Png(PngWriter.GrayAlpha, 16)),
        ("rgb8.png", Png(PngWriter.Rgb, 8, ("eXIf", PngWriter.Exif(6)))),
        ("rgb16.png", Png(PngWriter.Rgb, 16, ("iCCP", PngWriter.Profile(SampleFiles.DisplayP3Profile)))),
        ("rgba8.png", Png(PngWriter.Rgba, 8)),
        ("rgba16.png", Png(PngWriter.Rgba, 16)),
        ("animation.webp", SampleFiles.WebPAnimation),
        ("refused.svg", [.. "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"5\" height=\"5\"/></svg>"u8]),
        ("refused.bmp", [.. "BM:\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0abc\0"u8]),
        ("refused.heic", [.. "\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x10meta\0\0\0\0\0\0\0\0"u8]),
    ];

    public static byte[] File(string name) => All.Single(file => file.Name == name).Bytes;

    private static byte[] Png(byte colourType, byte depth, params (string, byte[])[] chunks)
    {
        int bands = colourType switch { PngWriter.Rgb => 3, PngWriter.GrayAlpha => 2, PngWriter.Rgba => 4, _ => 1 };
        return PngWriter.Write(Width, Height, colourType, depth, Samples((Width * bands * depth + 7) / 8 * Height), chunks);
    }

    private static byte[] Samples(int length)
    {
        var samples = new byte[length];
        new Random(1).NextBytes(samples);
        return samples;
    }
}
