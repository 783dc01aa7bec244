using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Tests.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Evenly grey JPEG files of any size, from the headers of a small one: nobody has to compress a hundred megapixels for a test.</summary>
internal static class HugeJpeg
{
    private const int BlockSide = 8;

    /// <param name="width">Pixels, a multiple of 8.</param>
    /// <param name="height">Pixels, a multiple of 8.</param>
    public static byte[] Baseline(int width, int height)
    {
        // A block is the bits 00 (no difference to the last block's mean) and 1010 (nothing else), by the standard's tables (T.81, K.3):
        // four blocks are three bytes.
        byte[] fourBlocks = [0b0010_1000, 0b1010_0010, 0b1000_1010];
        return Write("gray.jpg", width, height, progressive: false, index => fourBlocks[index % 3], Blocks(width, height) * 3 / 4);
    }

    /// <inheritdoc cref="Baseline"/>
    public static byte[] Progressive(int width, int height) => Write("gray.jpg", width, height, progressive: true, _ => 0, Blocks(width, height) / 4); // 00 a block

    /// <summary>As <see cref="Progressive"/>, of three components and with all samples of each.</summary>
    public static byte[] ProgressiveColour(int width, int height) => Write("photo.jpg", width, height, progressive: true, _ => 0, Blocks(width, height) * 3 / 4);

    private static int Blocks(int width, int height) => width / BlockSide * (height / BlockSide);

    private static byte[] Write(string headers, int width, int height, bool progressive, Func<int, byte> dataAt, int dataLength)
    {
        byte[] small = ImageCorpus.File(headers);
        int frame = small.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]), scan = small.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        int data = scan + 2 + BinaryPrimitives.ReadUInt16BigEndian(small.AsSpan(scan + 2));
        byte[] header = small[..data];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(frame + 7), (ushort)width);
        if (progressive)
            (header[frame + 1], header[data - 2]) = (0xC2, 0); // one scan, of the blocks' means alone
        var file = new byte[header.Length + dataLength + 2];
        header.CopyTo(file, 0);
        for (int i = 0; i < dataLength; i++)
            file[header.Length + i] = dataAt(i);
        (file[^2], file[^1]) = (0xFF, 0xD9);
        return file;
    }
}
