using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>Which prompts of a request are the same to the model, and which labels are for that reason. Immutable.</summary>
internal sealed class Likeness
{
    private const int MostNamed = 6; // labels in a warning

    private readonly int[] _prompts; // for each, the first one that is the same
    private readonly int[] _labels;

    private Likeness(JobSettings settings, int[] prompts, int[] labels)
    {
        (_prompts, _labels) = (prompts, labels);
        Warnings = [.. labels.Index().GroupBy(pair => pair.Item, pair => pair.Index).Where(group => group.Skip(1).Any())
            .Select(group => Warning(settings, [.. group]))];
    }

    /// <summary>A sentence for all labels that are the same.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <returns>Null if all prompts differ.</returns>
    public static Likeness? Find(JobSettings settings, IReadOnlyList<Conditioning> conditionings)
    {
        int[] prompts = Firsts(conditionings, new SameConditioning());
        return prompts.Index().All(pair => pair.Item == pair.Index) ? null : Of(settings, prompts);
    }

    /// <param name="settings">What was asked.</param>
    /// <param name="prompts">Of each prompt the first that is the same.</param>
    public static Likeness Of(JobSettings settings, int[] prompts)
    {
        // Labels are the same if their arms are, and arms if their prompts are, in any order.
        ILookup<int, string> arms = settings.Arms.ToLookup(
            arm => arm.Label, arm => string.Join(',', arm.Prompts.Select(prompt => prompts[prompt]).Order()));
        string[] meanings = [.. settings.Labels.Select((_, label) => string.Join(';', arms[label].Order(StringComparer.Ordinal)))];
        return new Likeness(settings, prompts, Firsts(meanings, StringComparer.Ordinal));
    }

    /// <summary>Of each prompt the first that is the same.</summary>
    public IReadOnlyList<int> Prompts => _prompts;

    /// <summary>Names the prompts that are the same: the first of them.</summary>
    public int OfPrompt(int prompt) => _prompts[prompt];

    /// <summary>Names the labels that are the same: the first of them.</summary>
    public int OfLabel(int label) => _labels[label];

    public bool AreSame(int label, int other) => _labels[label] == _labels[other];

    private static int[] Firsts<T>(IReadOnlyList<T> items, IEqualityComparer<T> comparer) where T : notnull
    {
        Dictionary<T, int> firsts = new(comparer);
        var result = new int[items.Count];
        foreach ((int index, T item) in items.Index())
        {
            firsts.TryAdd(item, index);
            result[index] = firsts[item];
        }

        return result;
    }

    private static string Warning(JobSettings settings, int[] labels)
    {
        string[] names = [.. labels.Take(MostNamed).Select(label => $"'{Excerpt.Of(settings.Labels[label].Label)}'")];
        // Numbers tell apart what is cut off or looks alike.
        if (names.Select(name => name.Normalize()).Distinct(StringComparer.Ordinal).Count() < names.Length)
            names = [.. names.Select((name, i) => $"{name} (number {labels[i] + 1})")];
        string all = labels.Length > MostNamed
            ? $"{string.Join(", ", names)} and {labels.Length - MostNamed} more"
            : $"{string.Join(", ", names[..^1])} and {names[^1]}";
        return $"{all} look the same to the model: it reads them alike, so no image can tell them apart.";
    }
}
