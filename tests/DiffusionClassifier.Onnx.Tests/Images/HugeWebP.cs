using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Evenly grey WebP files of any size in some thirty bytes.</summary>
internal static class HugeWebP
{
    private const int LosslessSignature = 0x2F, SideBits = 14;

    /// <param name="width">Pixels, at most 16,384.</param>
    /// <param name="height">Pixels, at most 16,384.</param>
    public static byte[] Write(int width, int height)
    {
        // WebP lossless bitstream specification: a code of one symbol takes no bits, so no pixel does.
        var bits = new List<bool>();
        Put(LosslessSignature, 8);
        Put(width - 1, SideBits);
        Put(height - 1, SideBits);
        Put(0, 1 + 3); // no alpha, version 0
        Put(0, 3); // no transform, no colour cache, one group of codes
        for (int code = 0; code < 4; code++)
            Put(0b101 | 128 << 3, 3 + 8); // green, red, blue, alpha: a simple code of one symbol of eight bits, 128
        Put(0b001, 3 + 1); // distance: of one bit, 0

        byte[] data = [.. bits.Chunk(8).Select(octet => (byte)octet.Index().Sum(bit => bit.Item ? 1 << bit.Index : 0)), 0]; // of even length, or not
        byte[] padded = data.Length % 2 == 0 ? data : [.. data, 0];
        byte[] sizes = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(sizes, 4 + 8 + padded.Length);
        BinaryPrimitives.WriteInt32LittleEndian(sizes.AsSpan(4), padded.Length);
        return [.. "RIFF"u8, .. sizes[..4], .. "WEBPVP8L"u8, .. sizes[4..], .. padded];

        void Put(int value, int count)
        {
            for (int bit = 0; bit < count; bit++)
                bits.Add((value >> bit & 1) == 1);
        }
    }
}
