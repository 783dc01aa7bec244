using System.Buffers;
using System.Runtime.InteropServices;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Memory outside the garbage collector's heap, free the moment it is disposed: bodies of tens of megabytes would otherwise stay until a
/// collection that a quiet heap does not ask for. Not usable after that; a pin delays it. Thread-safe, but for <see cref="Resize"/>.
/// </summary>
internal sealed unsafe class NativeBytes : MemoryManager<byte>
{
    private readonly Lock _gate = new();
    private byte* _pointer;
    private int _length;
    private int _pins;
    private bool _isDisposed;

    /// <summary>Keeps the content as far as it fits; memory that was handed out before is void.</summary>
    public void Resize(int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _pointer = (byte*)NativeMemory.Realloc(_pointer, (nuint)length);
        _length = length;
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new Span<byte>(_pointer, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _pins++;
            return new MemoryHandle(_pointer + elementIndex, default, this);
        }
    }

    public override void Unpin()
    {
        lock (_gate)
        {
            _pins--;
            FreeIfUnused();
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isDisposed = true;
            FreeIfUnused();
        }
    }

    private void FreeIfUnused()
    {
        if (!_isDisposed || _pins > 0)
            return;
        NativeMemory.Free(_pointer);
        _pointer = null;
    }
}
