using System.Numerics.Tensors;

namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Where in the latent each row's error was, for a request that asked for an explanation: at each place the squared error, mean over the
/// channels. Kept for the prompts still in the race and as far as there is memory; what is not kept is left out of the explanation, which
/// says on how many trials it rests. Owned by the request; thread-safe, as devices record rows at once.
/// </summary>
/// <param name="prompts">How many prompts there are.</param>
/// <param name="trials">How many trials there may be.</param>
/// <param name="channels">C of the latent.</param>
/// <param name="area">H·W of the latent.</param>
/// <param name="budget">The memory of all requests.</param>
internal sealed class ErrorMaps(int prompts, int trials, int channels, int area, MapBudget budget) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly float[]?[]?[] _maps = new float[]?[]?[prompts]; // [prompt][position]
    private readonly bool[] _dropped = new bool[prompts];
    private long _bytes;

    /// <summary>Whether a row's map was not kept because there was no memory for it.</summary>
    public bool IsShort { get; private set; }

    private long BytesOfMap => sizeof(float) * (long)area;

    /// <summary>Keeps a row's map: C·H·W numbers of noise and of its prediction.</summary>
    public void Record(int prompt, int position, ReadOnlySpan<float> noise, ReadOnlySpan<float> predicted)
    {
        if (!TryTake(prompt))
            return;
        var map = new float[area];
        var difference = new float[area];
        for (int channel = 0; channel < channels; channel++)
        {
            TensorPrimitives.Subtract(noise.Slice(channel * area, area), predicted.Slice(channel * area, area), difference);
            TensorPrimitives.MultiplyAdd(difference, difference, map, map);
        }

        TensorPrimitives.Divide(map, channels, map);
        lock (_gate)
        {
            if (_dropped[prompt] || _maps[prompt]?[position] is not null)
                Return(1); // meanwhile, or the row runs again because its batch failed
            else
                (_maps[prompt] ??= new float[]?[trials])[position] = map;
        }
    }

    /// <summary>The map of a row; null if it was not kept.</summary>
    public float[]? Of(int prompt, int position)
    {
        lock (_gate)
            return _maps[prompt]?[position];
    }

    /// <summary>Forgets prompts that are of no use any more, and keeps no more of them.</summary>
    public void Drop(Func<int, bool> isOfNoUse)
    {
        lock (_gate)
        {
            for (int prompt = 0; prompt < prompts; prompt++)
            {
                if (!_dropped[prompt] && isOfNoUse(prompt))
                    DropLocked(prompt);
            }
        }
    }

    /// <summary>Forgets all; rows that come later are not kept.</summary>
    public void Dispose() => Drop(_ => true);

    private bool TryTake(int prompt)
    {
        lock (_gate)
        {
            if (_dropped[prompt])
                return false;
            if (_bytes + BytesOfMap > budget.PerRequest || !budget.TryTake(BytesOfMap))
            {
                IsShort = true;
                return false;
            }

            _bytes += BytesOfMap;
            return true;
        }
    }

    private void DropLocked(int prompt)
    {
        _dropped[prompt] = true;
        Return(_maps[prompt]?.Count(map => map is not null) ?? 0);
        _maps[prompt] = null;
    }

    private void Return(int maps)
    {
        _bytes -= maps * BytesOfMap;
        budget.Return(maps * BytesOfMap);
    }
}
