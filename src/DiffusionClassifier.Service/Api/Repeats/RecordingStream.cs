namespace DiffusionClassifier.Service.Api.Repeats;

/// <summary>Sends a response on and keeps a copy of it, up to a limit. Used by one request; does not own what it sends to.</summary>
internal sealed class RecordingStream(Stream response, long most) : Stream
{
    private readonly MemoryStream _copy = new();
    private bool _isTooLarge;

    /// <summary>All that was sent; null: that is too much to be kept.</summary>
    public byte[]? Copy => _isTooLarge ? null : _copy.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Keep(buffer.AsSpan(offset, count));
        response.Write(buffer, offset, count);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        return response.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => response.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => response.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _copy.Dispose();
        base.Dispose(disposing);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        _isTooLarge |= _copy.Length + bytes.Length > most;
        if (_isTooLarge)
            _copy.SetLength(0);
        else
            _copy.Write(bytes);
    }
}
