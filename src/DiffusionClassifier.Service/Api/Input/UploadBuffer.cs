using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// The one piece of memory that a body is read into. What it takes is counted in the <see cref="UploadBudget"/> before it is allocated, until it is
/// disposed. Belongs to one request.
/// </summary>
internal sealed class UploadBuffer : IDisposable
{
    private const int FirstCapacity = 64 << 10; // many bodies are of one small picture

    private readonly UploadBudget _budget;
    private readonly long _limit;
    private readonly long _expected;
    private readonly NativeBytes _bytes = new();
    private int _capacity;

    /// <param name="budget">Counts what this buffer takes.</param>
    /// <param name="length">What the body says of itself; null where it comes in chunks.</param>
    /// <param name="limit">The longest body.</param>
    public UploadBuffer(UploadBudget budget, long? length, long limit)
    {
        (_budget, _limit, _expected) = (budget, limit, length ?? limit);
        if (length > limit)
            throw TooLarge();
        Resize(Math.Min(FirstCapacity, _expected)); // and more as bytes come: what a body says of itself costs its sender nothing
    }

    /// <summary>Bytes read so far.</summary>
    public int Length { get; private set; }

    public Memory<byte> Slice(int start, int length) => _bytes.Memory.Slice(start, length);

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
            if (Length == _capacity)
                Grow();
            int read = await source.ReadAsync(_bytes.Memory[Length..], cancellationToken);
            if (read == 0)
                return Length - start;
            Length += read;
            if (Length - start > most)
                throw tooLarge();
        }
    }

    /// <summary>Forgets what was read last.</summary>
    public void Truncate(int length) => Length = length;

    public ClassificationException TooLarge() =>
        new(ClassificationError.BodyTooLarge, $"The request has more than the {_limit} bytes that this address accepts: send smaller images, or fewer.");

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        ((IDisposable)_bytes).Dispose();
        _budget.GiveBack(_capacity);
        (_capacity, Length) = (0, 0);
    }

    private void Grow()
    {
        if (Length > _limit)
            throw TooLarge();
        Resize(Math.Min(2L * Length, Length <= _expected ? _expected : _limit));
    }

    private void Resize(long capacity)
    {
        int length = (int)capacity + 1; // room to see the end of the body without growing
        int more = length - _capacity;
        _budget.Take(more);
        try
        {
            _bytes.Resize(length);
        }
        catch (OutOfMemoryException)
        {
            _budget.GiveBack(more);
            throw;
        }

        _capacity = length;
    }
}
