using System.Buffers;
using DiffusionClassifier.Core.Errors;
using Microsoft.IO;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// What a body is read into. What it takes is counted in the <see cref="UploadMemory"/> before it is there, until it is disposed; then its
/// memory is another body's. Belongs to one request.
/// </summary>
internal sealed class UploadBuffer : IDisposable
{
    private readonly UploadMemory _memory;
    private readonly long _limit;
    private readonly RecyclableMemoryStream _bytes;
    private long _counted;
    private bool _isDisposed;

    /// <param name="memory">
    /// Lends what this buffer takes, piece by piece as bytes come: what a body says of itself costs its sender nothing.
    /// </param>
    /// <param name="length">What the body says of itself; null where it comes in chunks.</param>
    /// <param name="limit">The longest body.</param>
    public UploadBuffer(UploadMemory memory, long? length, long limit)
    {
        (_memory, _limit) = (memory, limit);
        if (length > limit)
            throw TooLarge();
        Count(UploadMemory.Block);
        _bytes = memory.Open();
    }

    /// <summary>Bytes read so far.</summary>
    public int Length => (int)_bytes.Length;

    /// <summary>
    /// Everything in one piece, to read and to change. A body of several pieces is copied here, once; then nothing can be added.
    /// </summary>
    public Memory<byte> Whole() => _bytes.GetBuffer().AsMemory(0, Length);

    /// <summary>A part of what was read, in its pieces.</summary>
    public ReadOnlySequence<byte> Slice(int start, int length) => _bytes.GetReadOnlySequence().Slice(start, length);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="source">A body, or a part of it.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="tooLarge">What to throw where it has more.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The number of bytes read.</returns>
    public async Task<int> AppendAsync(Stream source, long most, Func<Exception> tooLarge, CancellationToken cancellationToken)
    {
        int start = Length;
        while (true)
        {
            if (Length > _limit)
                throw TooLarge();
            if (Length == _bytes.Capacity)
                Count(UploadMemory.Block);
            int read = await source.ReadAsync(_bytes.GetMemory(), cancellationToken);
            if (read == 0)
                return Length - start;
            _bytes.Advance(read);
            if (Length - start > most)
                throw tooLarge();
        }
    }

    /// <summary>Forgets what was read last.</summary>
    public void Truncate(int length)
    {
        _bytes.SetLength(length);
        _bytes.Position = length;
    }

    public ClassificationException TooLarge() => TooLarge(_limit);

    public static ClassificationException TooLarge(long limit) =>
        new(ClassificationError.BodyTooLarge,
            $"The request has more than the {limit} bytes that this address accepts: send smaller images, or fewer.");

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _bytes.Dispose();
        _memory.GiveBack(_counted);
    }

    // Never more than the longest body: one of that size fits where it is the only one.
    private void Count(long more)
    {
        more = Math.Min(more, _limit - _counted);
        _memory.Take(more);
        _counted += more;
    }
}
