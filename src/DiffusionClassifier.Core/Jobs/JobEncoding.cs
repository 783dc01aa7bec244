using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>
/// What a job is to the model: its image's latent and its prompts' conditionings, gathered over several turns of a device. Owned by the
/// job.
/// </summary>
internal sealed class JobEncoding
{
    // Prompts are encoded a few at a time, so that other jobs' rows come between: 8 take a GPU some 10 ms and a CPU less than one
    // denoiser call of the same model.
    private const int PromptsPerTurn = 8;

    private readonly JobSettings _settings;
    private readonly ErrorMaps? _maps;
    private readonly IReadOnlyList<string> _imageWarnings;
    private readonly Conditioning?[] _conditionings;
    private PixelImage? _image; // dropped once there is a latent: it is eight times as large
    private Latent? _latent;
    private RowInputs? _inputs;
    private int _next; // the first prompt without a conditioning

    /// <param name="settings">What was asked.</param>
    /// <param name="image">The image; null where its latent is known.</param>
    /// <param name="latent">The latent; null where it is still to be made of the image.</param>
    /// <param name="maps">Where rows keep their maps; null: nowhere.</param>
    public JobEncoding(JobSettings settings, PixelImage? image, Latent? latent = null, ErrorMaps? maps = null)
    {
        (_settings, _image, _latent, _maps, _imageWarnings) = (settings, image, latent, maps, image?.Warnings ?? []);
        _conditionings = new Conditioning?[settings.Prompts.Count];
    }

    /// <summary>Everything together.</summary>
    /// <exception cref="InvalidOperationException">Something is not encoded yet.</exception>
    public RowInputs Inputs => _inputs ?? throw new InvalidOperationException("The job is not encoded yet.");

    /// <summary>Which prompts and labels are the same to the model; null: none, or not known yet.</summary>
    public Likeness? Likeness { get; private set; }

    /// <summary>What the client should know about its image file, and about its prompts as far as they are encoded.</summary>
    public IEnumerable<string> Warnings => [.. InputWarnings, .. Likeness?.Warnings ?? []];

    /// <summary>Those of them that do not depend on which labels the prompts stand for.</summary>
    public IEnumerable<string> InputWarnings =>
        [.. _imageWarnings, .. _conditionings.Select(conditioning => conditioning?.Warning).OfType<string>().Distinct()];

    /// <summary>Takes what is cached, and says what is missing. A class costs nothing to look up: all go into one turn.</summary>
    /// <returns>Null if nothing is missing.</returns>
    public EncodingTask? Next(PromptMemory memory)
    {
        List<string> prompts = [];
        var known = new HashSet<string>(StringComparer.Ordinal); // what is in prompts
        for (int i = _next; i < _conditionings.Length && (!_settings.Model.ReadsText || prompts.Count < PromptsPerTurn); i++)
        {
            if (_conditionings[i] is not null)
                continue;
            if (memory.TryGet(_settings.Manifest.Id, _settings.Prompts[i], out Conditioning? conditioning))
                _conditionings[i] = conditioning;
            else if (known.Add(_settings.Prompts[i]))
                prompts.Add(_settings.Prompts[i]);
        }

        return IsComplete() ? null : new EncodingTask(_latent is null ? _image : null, prompts);
    }

    /// <summary>Takes what a device encoded.</summary>
    /// <returns>Whether nothing is missing any more.</returns>
    public bool Take(EncodingTask task, EncodedParts parts, PromptMemory memory)
    {
        _latent ??= parts.Latent;
        if (_latent is not null)
            _image = null;
        Dictionary<string, Conditioning> encoded = new(StringComparer.Ordinal);
        foreach ((string prompt, Conditioning conditioning) in task.Prompts.Zip(parts.Conditionings))
            encoded[prompt] = memory.Add(_settings.Manifest.Id, prompt, conditioning);

        for (int i = _next; i < _conditionings.Length; i++)
            _conditionings[i] ??= encoded.GetValueOrDefault(_settings.Prompts[i]);
        return IsComplete();
    }

    private bool IsComplete()
    {
        while (_next < _conditionings.Length && _conditionings[_next] is not null)
            _next++;
        if (_latent is null || _next < _conditionings.Length)
            return false;
        if (_inputs is null)
            Likeness = Likeness.Find(_settings, _conditionings!);
        _inputs ??= new RowInputs(_latent, _conditionings!, _settings.Plan, _settings.Noise, _settings.Manifest.Process, _settings.Loss)
        { Maps = _maps };
        return true;
    }
}
