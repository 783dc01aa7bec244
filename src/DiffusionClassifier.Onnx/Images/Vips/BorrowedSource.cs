using System.Buffers;
using System.Runtime.CompilerServices;
using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// Files in memory for libvips, where they lie. NetVips makes a source of whole arrays alone, but an upload is a part of native memory; so
/// two of its members that are not public are called here, and nothing else is.
/// </summary>
internal static class BorrowedSource
{
    /// <param name="file">Stays pinned until the source, and every image that was made of it, is disposed.</param>
    /// <param name="length">The file's bytes.</param>
    public static unsafe Source Open(in MemoryHandle file, int length)
    {
        nint source = NewFromMemory(null, (nint)file.Pointer, (nuint)length);
        return source != 0 ? Wrap(source) : throw new VipsException("The file cannot be read from memory.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = nameof(NewFromMemory))]
    private static extern nint NewFromMemory(
        [UnsafeAccessorType("NetVips.Internal.VipsSource, NetVips")] object? type, nint data, nuint length);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern Source Wrap(nint source);
}
