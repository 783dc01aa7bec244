using System.Text.Json;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Testing;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>One entry of images.json.</summary>
internal sealed record GoldenImage(string Name, JsonElement Entry)
{
    private const int Half = ushort.MaxValue / 2;

    public static IReadOnlyList<GoldenImage> All { get; } = GoldenData.Folder is null ? [] :
    [
        .. from entry in GoldenData.Json("images/images.json").GetProperty("images").EnumerateArray()
           select new GoldenImage(Path.GetFileName(entry.GetProperty("file").GetString()!), entry),
    ];

    /// <summary>The mode that Pillow opened the file in: RGB, L, P, ...</summary>
    public string Mode => Entry.GetProperty("mode").GetString()!;

    public int Orientation => Entry.GetProperty("exif_orientation").GetInt32();

    public string DecodedSha256 => Entry.GetProperty("decoded_rgb_sha256").GetString()!;

    public byte[] File { get; } = System.IO.File.ReadAllBytes(GoldenData.Require(Entry.GetProperty("file").GetString()!));

    public bool IsBmp => File.AsSpan().StartsWith("BM"u8);

    public bool IsPng => File.AsSpan(1).StartsWith("PNG"u8);

    /// <summary>Whether PNG chunks or JPEG segments of that kind are there (their names are looked for, the file is not parsed).</summary>
    public bool HasProfileOrTransparency =>
        File.AsSpan().IndexOf("iCCP"u8) >= 0 || File.AsSpan().IndexOf("tRNS"u8) >= 0 || File.AsSpan().IndexOf("ICC_PROFILE"u8) >= 0;

    /// <summary>Whether alpha is below its most anywhere, going by the samples themselves: a file with an alpha channel may be opaque all over.</summary>
    public bool HasTransparentPixels => IsPng && Any(pixel => pixel.A < ushort.MaxValue);

    /// <summary>Whether a dark pixel is more transparent than not: over white it must look different from what is stored.</summary>
    public bool HasDarkPixelsThatShowPaper =>
        IsPng && Any(pixel => pixel.A < Half && Math.Min(pixel.R, Math.Min(pixel.G, pixel.B)) < Half);

    /// <summary>Pillow's own decode, where the data has it (for JPEG, whose decoders differ); null elsewhere.</summary>
    public RgbImage? Decoded()
    {
        if (!Entry.TryGetProperty("decoded_rgb", out JsonElement array))
            return null;
        int[] shape = [.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        return new RgbImage(shape[1], shape[0], GoldenData.Array<byte>(array));
    }

    private bool Any(Func<Rgba64, bool> wanted)
    {
        using Image<Rgba64> image = Image.Load<Rgba64>(File);
        return Enumerable.Range(0, image.Height).Any(y => Enumerable.Range(0, image.Width).Any(x => wanted(image[x, y])));
    }
}
