using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// A WebP as an image that does not move and has no metadata, which is all that ImageSharp 2 reads: of an animation the first frame, and
/// where on the canvas it lies. Layout: WebP container specification (RIFF).
/// </summary>
/// <param name="Width">Of the canvas.</param>
/// <param name="Height">Of the canvas.</param>
/// <param name="Left">Of the frame on the canvas; 0 but for animations.</param>
/// <param name="Top">Likewise.</param>
/// <param name="IsOpaque">The frame says that its alpha means nothing.</param>
/// <param name="Frames">Of an animation; 0 for an image that does not move.</param>
/// <param name="File">The file to decode: the frame alone, of the frame's size.</param>
internal sealed record WebPStill(int Width, int Height, int Left, int Top, bool IsOpaque, int Frames, ReadOnlyMemory<byte> File)
{
    private const int CanvasInHeader = 4, ExtendedBytes = 10, FrameHeaderBytes = 16, LossyBytes = 10, LosslessBytes = 5, SideBits = 14;
    private const int SideMask = (1 << SideBits) - 1;
    private const byte AnimationFlag = 0x02, AlphaFlag = 0x10, LosslessSignature = 0x2F;

    private static ReadOnlySpan<byte> LossySignature => [0x9D, 0x01, 0x2A];

    /// <summary>Null if the file is damaged: something is missing, or its sizes do not fit each other.</summary>
    public static WebPStill? Of(ReadOnlyMemory<byte> file)
    {
        FileChunk first = Chunks(file).FirstOrDefault();
        if (!first.Is("VP8X"u8))
            return first.Is("VP8 "u8) || first.Is("VP8L"u8) ? Simple(first, file) : null;
        if (first.Data.Length < ExtendedBytes)
            return null;
        (int width, int height) = (Side(first, CanvasInHeader), Side(first, CanvasInHeader + 3));
        if ((first.Data.Span[0] & AnimationFlag) == 0)
            return Frame(Chunks(file)) is { } still && (still.Width, still.Height) == (width, height) ? still : null;

        FileChunk frame = Chunks(file).FirstOrDefault(chunk => chunk.Is("ANMF"u8));
        if (frame.Data.Length < FrameHeaderBytes || Frame(FileChunks.Riff(frame.Data[FrameHeaderBytes..])) is not { } picture)
            return null;
        // Left and top are counted in pairs; they, width and height are all stored less one, where that makes sense.
        (int left, int top) = (2 * (Side(frame, 0) - 1), 2 * (Side(frame, 3) - 1));
        if ((Side(frame, 6), Side(frame, 9)) != (picture.Width, picture.Height)
            || left + picture.Width > width || top + picture.Height > height)
        {
            return null;
        }

        int frames = Chunks(file).Count(chunk => chunk.Is("ANMF"u8));
        return picture with { Width = width, Height = height, Left = left, Top = top, Frames = frames };
    }

    private static IEnumerable<FileChunk> Chunks(ReadOnlyMemory<byte> file) => FileChunks.Of(ImageFormats.WebP, file);

    /// <summary>24 bits, plus one.</summary>
    private static int Side(FileChunk chunk, int at) =>
        1 + (chunk.Data.Span[at] | chunk.Data.Span[at + 1] << 8 | chunk.Data.Span[at + 2] << 16);

    private static WebPStill? Simple(FileChunk bitstream, ReadOnlyMemory<byte> file) =>
        Measure(bitstream) is var (width, height, opaque) ? new WebPStill(width, height, 0, 0, opaque, 0, file) : null;

    /// <summary>The first image, with the alpha before it.</summary>
    private static WebPStill? Frame(IEnumerable<FileChunk> chunks)
    {
        FileChunk alpha = default;
        foreach (FileChunk chunk in chunks)
        {
            if (chunk.Is("ALPH"u8) && alpha.Data.IsEmpty)
                alpha = chunk;
            if (!chunk.Is("VP8 "u8) && !chunk.Is("VP8L"u8))
                continue;
            if (Measure(chunk) is not var (width, height, opaque))
                return null;
            bool hasAlpha = chunk.Is("VP8 "u8) && !alpha.Data.IsEmpty;
            return new WebPStill(width, height, 0, 0, opaque && !hasAlpha, 0, Write(width, height, hasAlpha ? alpha : null, chunk));
        }

        return null;
    }

    private static (int Width, int Height, bool IsOpaque)? Measure(FileChunk bitstream)
    {
        ReadOnlySpan<byte> data = bitstream.Data.Span;
        if (bitstream.Is("VP8L"u8))
        {
            if (data.Length < LosslessBytes || data[0] != LosslessSignature)
                return null;
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return ((int)(bits & SideMask) + 1, (int)(bits >> SideBits & SideMask) + 1, (bits >> 2 * SideBits & 1) == 0);
        }

        if (data.Length < LossyBytes || !data[3..].StartsWith(LossySignature))
            return null;
        int width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]);
        return (width & SideMask, height & SideMask, true);
    }

    private static ReadOnlyMemory<byte> Write(int width, int height, FileChunk? alpha, FileChunk bitstream)
    {
        using MemoryStream file = new(bitstream.Data.Length + (alpha?.Data.Length ?? 0) + 64);
        file.Write("RIFF\0\0\0\0WEBP"u8);
        if (alpha is { } transparency)
        {
            byte[] header = new byte[ExtendedBytes];
            header[0] = AlphaFlag;
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(CanvasInHeader), width - 1);
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(CanvasInHeader + 3), (short)(height - 1));
            Put("VP8X"u8, header);
            Put("ALPH"u8, transparency.Data.Span);
        }

        Put(bitstream.Name.Span, bitstream.Data.Span);
        BinaryPrimitives.WriteInt32LittleEndian(file.GetBuffer().AsSpan(4), (int)file.Length - 8);
        return file.GetBuffer().AsMemory(0, (int)file.Length);

        void Put(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
            file.Write(name);
            file.Write(length);
            file.Write(data);
            if (data.Length % 2 != 0)
                file.WriteByte(0);
        }
    }
}
