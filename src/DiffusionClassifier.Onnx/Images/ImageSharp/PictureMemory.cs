using System.Buffers;
using System.Runtime.CompilerServices;
using SixLabors.ImageSharp.Memory;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// ImageSharp's memory for one image: no more at once than it may take, whatever the file says further in, and all of it zero, so that
/// the missing pixels of a damaged file are not those of an image that was there before.
/// </summary>
/// <param name="limit">Bytes that may be in use at once.</param>
internal sealed class PictureMemory(long limit) : MemoryAllocator
{
    private const int BufferBytes = 4 << 20; // a large image is in pieces of about this many

    /// <summary>Outside .NET's heap, and given back at once: a pool would hold the largest image forever.</summary>
    private static readonly MemoryAllocator Native = Create(new MemoryAllocatorOptions { MaximumPoolSizeMegabytes = 0 });

    private long _left = limit;

    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None)
    {
        long bytes = (long)length * Unsafe.SizeOf<T>();
        if (Interlocked.Add(ref _left, -bytes) < 0)
            throw new InvalidMemoryOperationException("The image needs more memory than its header implies.");
        return new Loan<T>(Native.Allocate<T>(length, AllocationOptions.Clean), this, bytes);
    }

    protected override int GetBufferCapacityInBytes() => BufferBytes;

    private sealed class Loan<T>(IMemoryOwner<T> memory, PictureMemory lender, long bytes) : IMemoryOwner<T>
    {
        private long _bytes = bytes;

        public Memory<T> Memory => memory.Memory;

        public void Dispose()
        {
            memory.Dispose();
            Interlocked.Add(ref lender._left, Interlocked.Exchange(ref _bytes, 0));
        }
    }
}
