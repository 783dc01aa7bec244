using System.Collections.Concurrent;

namespace DiffusionClassifier.Core.Answers;

/// <summary>
/// Lets those who want the same wait for the one who is getting it. If that one is canceled, one of those who wait takes over; if it fails,
/// each gets it by itself, because why it failed may be its own affair: its quota, its bad luck. Thread-safe.
/// </summary>
public sealed class SharedWork<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, SharedTurn<TValue>> _turns = [];

    /// <summary>Who is getting it for a key; null: no one is.</summary>
    public SharedTurn<TValue>? Find(TKey key) => _turns.GetValueOrDefault(key);

    /// <summary>Waits for what another one gets.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="note">What others can see in <see cref="SharedTurn{TValue}.Note"/>.</param>
    /// <param name="cancellationToken">Of the one who waits.</param>
    /// <returns>
    /// It; or a turn: the caller has to get it, and others may wait for that until the turn is disposed of; or neither: the caller has to
    /// get it, for itself alone.
    /// </returns>
    public async ValueTask<(TValue? Value, SharedTurn<TValue>? Turn)> WaitAsync(
        TKey key, string? note, CancellationToken cancellationToken)
    {
        while (true)
        {
            var own = new SharedTurn<TValue>(note, turn => _turns.TryRemove(KeyValuePair.Create(key, turn)));
            SharedTurn<TValue> first = _turns.GetOrAdd(key, own);
            if (first == own)
                return (null, own);
            try
            {
                return (await first.End.WaitAsync(cancellationToken).ConfigureAwait(false), null);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The one before was canceled.
            }
        }
    }
}
