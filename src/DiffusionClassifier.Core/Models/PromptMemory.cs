using System.Diagnostics.CodeAnalysis;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Models;

/// <summary>
/// The conditionings of prompts, by model and text. Those of running requests stay, one for all that share a prompt, and new requests are
/// refused beyond a limit; of the rest, the least recently used are dropped. It owns them; thread-safe, and takes no other lock in its own.
/// </summary>
/// <param name="limit">Bytes that running requests may hold together.</param>
/// <param name="spare">Bytes that may be kept for requests to come.</param>
internal sealed class PromptMemory(long limit = long.MaxValue, long spare = PromptMemory.Spare)
{
    private const long Spare = 256L << 20; // a thousand prompts of Stable Diffusion 2 (77×1024 floats each)

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, string Prompt), Entry> _entries = [];
    private readonly LinkedList<Entry> _unheld = new(); // most recently used first
    private long _heldBytes, _unheldBytes, _hits;

    /// <summary>How often a prompt was found.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Bytes of the prompts that running requests hold.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
                return _heldBytes;
        }
    }

    /// <summary>Takes room for a request's prompts until the returned object is disposed.</summary>
    /// <param name="model">The model, of whose prompts each takes <see cref="ModelManifest.PromptBytes"/>.</param>
    /// <param name="prompts">What is encoded, or will be.</param>
    /// <param name="retryAfter">When to try again where there is no room.</param>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.Overloaded"/>: others hold too many.</exception>
    public IDisposable Hold(ModelManifest model, IReadOnlyList<string> prompts, TimeSpan retryAfter)
    {
        if (model.PromptBytes == 0)
            return new Held(this, []); // classes: numbers of a few bytes
        (string, string)[] keys = [.. prompts.Distinct(StringComparer.Ordinal).Select(prompt => (model.Id, prompt))];
        lock (_gate)
        {
            long more = keys.Count(key => !(_entries.GetValueOrDefault(key) is { Holders: > 0 })) * model.PromptBytes;
            if (_heldBytes + more > limit)
            {
                throw new ClassificationException(ClassificationError.Overloaded,
                    $"The prompts of the requests that run take {_heldBytes >> 20:N0} MiB, and these {more >> 20:N0} MiB more, with "
                    + $"{limit >> 20:N0} MiB for all (Engine:MaxPromptBytes). Try again when others have ended, or send fewer labels.")
                { RetryAfter = retryAfter };
            }

            return new Held(this, [.. keys.Select(key => HoldLocked(key, model.PromptBytes))]);
        }
    }

    public bool TryGet(string model, string prompt, [NotNullWhen(true)] out Conditioning? conditioning)
    {
        lock (_gate)
        {
            conditioning = _entries.GetValueOrDefault((model, prompt))?.Conditioning;
            if (conditioning is null)
                return false;
            Entry entry = _entries[(model, prompt)];
            if (entry.Holders == 0)
            {
                _unheld.Remove(entry.Node);
                _unheld.AddFirst(entry.Node);
            }

            _hits++;
            return true;
        }
    }

    /// <returns>What is kept of the prompt: another device, or another request's turn, may have encoded it at the same time.</returns>
    public Conditioning Add(string model, string prompt, Conditioning conditioning)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((model, prompt), out Entry? entry))
                _entries.Add((model, prompt), entry = new Entry((model, prompt)));
            else if (entry.Conditioning is { } first)
                return first;
            entry.Conditioning = conditioning;
            if (entry.Holders == 0)
                KeepLocked(entry);
            return conditioning;
        }
    }

    private Entry HoldLocked((string, string) key, long bytes)
    {
        if (!_entries.TryGetValue(key, out Entry? entry))
            _entries.Add(key, entry = new Entry(key));
        if (entry.Holders++ > 0)
            return entry;
        entry.Bytes = bytes;
        _heldBytes += bytes;
        if (entry.Conditioning is { SizeInBytes: var size })
        {
            _unheld.Remove(entry.Node);
            _unheldBytes -= size;
        }

        return entry;
    }

    private void Release(Entry[] entries)
    {
        lock (_gate)
        {
            foreach (Entry entry in entries)
            {
                if (--entry.Holders > 0)
                    continue;
                _heldBytes -= entry.Bytes;
                if (entry.Conditioning is null)
                    _entries.Remove(entry.Key); // its request ended before it was encoded
                else
                    KeepLocked(entry);
            }
        }
    }

    private void KeepLocked(Entry entry)
    {
        _unheld.AddFirst(entry.Node);
        _unheldBytes += entry.Conditioning!.SizeInBytes;
        while (_unheldBytes > spare && _unheld.Last is { Value: var oldest })
        {
            _unheld.RemoveLast();
            _entries.Remove(oldest.Key);
            _unheldBytes -= oldest.Conditioning!.SizeInBytes;
        }
    }

    /// <summary>One prompt; in the list of the unheld while it has a conditioning and no holder.</summary>
    private sealed class Entry
    {
        public Entry((string Model, string Prompt) key) => (Key, Node) = (key, new LinkedListNode<Entry>(this));

        public (string Model, string Prompt) Key { get; }

        public LinkedListNode<Entry> Node { get; }

        public Conditioning? Conditioning { get; set; }

        public int Holders { get; set; }

        /// <summary>What it counts as while it is held.</summary>
        public long Bytes { get; set; }
    }

    private sealed class Held(PromptMemory owner, Entry[] entries) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _released, true))
                owner.Release(entries);
        }
    }
}
