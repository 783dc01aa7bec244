using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DiffusionClassifier.Core.Models;

/// <summary>
/// Arrays that the garbage collector never moves and that share no page of memory with anything else, so that a driver can lock their pages
/// for its copies. Stateless.
/// </summary>
public static class PinnedMemory
{
    /// <summary>Bytes to which the memory is aligned: a page of x86-64, and of most Arm systems.</summary>
    public const int Page = 4096;

    /// <summary>Zeroed memory, valid as long as it is referenced.</summary>
    /// <param name="length">Number of elements.</param>
    public static Memory<T> Allocate<T>(int length)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        long pages = ((long)length * size + Page - 1) / Page + 1; // one more, for the way to the first boundary
        T[] array = GC.AllocateArray<T>(checked((int)(pages * Page / size)), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        return array.AsMemory((int)((Page - address % Page) % Page / size), length);
    }
}
