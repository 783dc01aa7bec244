using System.Text.Json;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>One entry of images.json.</summary>
internal sealed record GoldenImage(string Name, JsonElement Entry)
{
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

    /// <summary>Pillow's own decode, where the data has it (for JPEG, whose decoders differ); null elsewhere.</summary>
    public RgbImage? Decoded()
    {
        if (!Entry.TryGetProperty("decoded_rgb", out JsonElement array))
            return null;
        int[] shape = [.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        return new RgbImage(shape[1], shape[0], GoldenData.Array<byte>(array));
    }
}
