using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core.Explanations;

/// <summary>The labels of an answered job in the order of the answer, and which arm stands for each. Immutable.</summary>
internal sealed class RankedLabels
{
    private readonly JobSettings _settings;
    private readonly int[] _best;

    /// <param name="result">The answer.</param>
    /// <param name="job">Whose it is.</param>
    public RankedLabels(ClassificationResult result, ClassificationJob job)
    {
        _settings = job.Settings;
        _best = ResultBuilder.BestArms(_settings, job.Answered!);
        Dictionary<string, int> indices = _settings.Labels.Index().ToDictionary(pair => pair.Item.Label, pair => pair.Index);
        Ranking = [.. result.Labels.Select(label => indices[label.Label])];
    }

    /// <summary>The winner first.</summary>
    public IReadOnlyList<int> Ranking { get; }

    public int Winner => Ranking[0];

    public string Name(int label) => _settings.Labels[label].Label;

    /// <summary>The arm that stands for a label.</summary>
    public int Arm(int label) => _best[label];

    /// <summary>The prompts of a label's arm; of null the empty prompt.</summary>
    public IReadOnlyList<int> Prompts(int? label) =>
        label is { } known ? _settings.Arms[_best[known]].Prompts : [_settings.Reference!.Value];
}
