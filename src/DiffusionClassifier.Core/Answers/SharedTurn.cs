namespace DiffusionClassifier.Core.Answers;

/// <summary>The part of the one who gets what others wait for. Used by one flow, which disposes of it when it is through.</summary>
public sealed class SharedTurn<TValue> : IDisposable
    where TValue : class
{
    private readonly TaskCompletionSource<TValue?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<SharedTurn<TValue>> _remove;
    private bool _hasEnded;

    internal SharedTurn(string? note, Action<SharedTurn<TValue>> remove) => (Note, _remove) = (note, remove);

    /// <summary>What its owner said about it.</summary>
    public string? Note { get; }

    internal Task<TValue?> End => _end.Task;

    /// <summary>Gives it to those who wait.</summary>
    public void Complete(TValue value)
    {
        if (TryEnd())
            _end.SetResult(value);
    }

    /// <summary>Nothing was wrong with it, but it was given up.</summary>
    public void Cancel()
    {
        if (TryEnd())
            _end.SetCanceled(CancellationToken.None);
    }

    /// <summary>It failed, unless it ended before.</summary>
    public void Dispose()
    {
        if (TryEnd())
            _end.SetResult(null);
    }

    private bool TryEnd()
    {
        if (_hasEnded)
            return false;
        _hasEnded = true;
        _remove(this);
        return true;
    }
}
