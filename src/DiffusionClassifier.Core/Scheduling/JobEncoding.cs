using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling.Devices;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>What a job is to the model: its image's latent and its prompts' conditionings, gathered over several turns of a device. Owned by the job.</summary>
internal sealed class JobEncoding
{
    private readonly JobSettings _settings;
    private readonly Conditioning?[] _conditionings;
    private int _next; // the first prompt without a conditioning

    public JobEncoding(JobSettings settings)
    {
        _settings = settings;
        _conditionings = new Conditioning?[settings.Prompts.Count];
    }

    public Latent? Latent { get; private set; }

    /// <summary>One per prompt; complete once <see cref="Take"/> or <see cref="Plan"/> has left none out.</summary>
    public IReadOnlyList<Conditioning> Conditionings => _conditionings!;

    /// <summary>Takes what is cached, and adds the next of the missing prompts to a plan. A class costs nothing to look up: all go into one plan.</summary>
    public void Plan(ConditioningCache cache, WorkPlan plan)
    {
        bool isText = _settings.Manifest.Conditioning == ConditioningKind.Text;
        for (int i = _next; i < _conditionings.Length && (!isText || plan.HoldsMorePrompts); i++)
        {
            if (_conditionings[i] is not null)
                continue;
            if (cache.TryGet(_settings.Manifest.Id, _settings.Prompts[i], out Conditioning? conditioning))
                _conditionings[i] = conditioning;
            else
                plan.AddPrompt(_settings.Prompts[i]);
        }

        Advance();
    }

    /// <summary>Takes what a device encoded.</summary>
    /// <returns>Whether nothing is missing any more.</returns>
    public bool Take(WorkPlan plan, EncodedParts parts, ConditioningCache cache)
    {
        Latent ??= parts.Latent;
        Dictionary<string, Conditioning> encoded = new(StringComparer.Ordinal);
        foreach ((string prompt, Conditioning conditioning) in plan.Prompts.Zip(parts.Conditionings))
        {
            encoded[prompt] = conditioning;
            cache.Add(_settings.Manifest.Id, prompt, conditioning);
        }

        for (int i = _next; i < _conditionings.Length; i++)
            _conditionings[i] ??= encoded.GetValueOrDefault(_settings.Prompts[i]);
        Advance();
        return Latent is not null && _next == _conditionings.Length;
    }

    private void Advance()
    {
        while (_next < _conditionings.Length && _conditionings[_next] is not null)
            _next++;
    }
}
