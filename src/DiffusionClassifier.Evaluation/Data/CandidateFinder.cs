using System.Globalization;
using System.Text.RegularExpressions;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Presets;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>Matches the classes of a data set with the labels of a model.</summary>
/// <param name="data">The data set.</param>
/// <param name="manifest">The model.</param>
/// <param name="preset">Names of the data set's classes, and their texts.</param>
/// <param name="file">Names that override the preset's.</param>
internal sealed partial class CandidateFinder(DataSet data, ModelManifest manifest, Preset? preset, ClassNameFile? file)
{
    private readonly LoadedModel _model = new(manifest);
    private readonly bool _readsText = manifest.Conditioning == ConditioningKind.Text;

    /// <param name="wanted">The labels that the caller gives; null: all.</param>
    /// <param name="templates">The caller's prompts; null: the preset's, else the model's.</param>
    /// <exception cref="EvaluationException">A class of the data has no label.</exception>
    /// <exception cref="ClassificationException">A name is not a class of the model.</exception>
    public Candidates Find(IReadOnlyList<LabelSpec>? wanted, IReadOnlyList<string>? templates)
    {
        string[] names = ClassNames();
        string[] labels = wanted is not null ? [.. wanted.Select(label => label.Label)] : Labels(names);
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach ((int place, string label) in labels.Index())
            places.TryAdd(Meaning(label), place); // the engine refuses two labels with the same meaning
        int[] truths = [.. names.Select(name => places.GetValueOrDefault(Meaning(name), -1))];
        return truths.All(truth => truth < 0)
            ? throw new EvaluationException(
                $"None of the labels is a class of {data.Title}, whose classes begin with {string.Join(", ", names.Take(3))}.")
            : new Candidates([.. labels.Select((label, i) => wanted?[i].Prompts is null ? Spec(label, templates) : wanted[i])], truths);
    }

    private string[] Labels(string[] names)
    {
        if (!_readsText)
            return [.. manifest.Classes];
        IReadOnlyList<string> all = file?.All ?? (preset is { Classes.Count: > 0 } ? preset.Classes : names);
        return [.. all.Distinct(StringComparer.Ordinal)];
    }

    // The text of a class may differ from its name; with neither, the engine makes the prompt itself.
    private LabelSpec Spec(string label, IReadOnlyList<string>? templates)
    {
        if (_readsText && templates is null && file?.PromptsOf(label) is { } own)
            return new LabelSpec(label, own);
        if (!_readsText || preset is null || preset.TextOf(label) == label)
            return label;
        IReadOnlyList<string> used = templates ?? [preset.TextConditional?.Template ?? manifest.Template];
        return new LabelSpec(
            label, [.. used.Select(template => template.Replace("{label}", preset.TextOf(label), StringComparison.Ordinal))]);
    }

    private string[] ClassNames()
    {
        if (file is not null)
            return file.NamesOf(data);
        if (preset is { Classes.Count: > 0 })
        {
            return data.Classes is null
                ? Numbered(preset.Classes, $"the preset {preset.Name}")
                : [.. data.Classes.Select(name => InPreset(name, preset))];
        }

        if (data.Classes is { } classes)
            return _readsText ? [.. classes.Select(InText)] : [.. InModel(classes)];
        return manifest.Classes.Count > 0
            ? Numbered(manifest.Classes, $"the model '{manifest.Id}'")
            : throw new EvaluationException($"{data.Title} only numbers its classes: name them with --preset or --class-names.");
    }

    private string[] Numbered(IReadOnlyList<string> names, string owner) => names.Count == data.ClassCount
        ? [.. names]
        : throw new EvaluationException(
            $"{data.Title} has {data.ClassCount} classes and {owner} {names.Count}: give --class-names with a name for each.");

    private static string InPreset(string name, Preset preset) =>
        preset.Classes.FirstOrDefault(known => Plain(known) == Plain(name) || Plain(preset.TextOf(known)) == Plain(name))
        ?? Number(name, preset.Classes)
        ?? throw new EvaluationException(
            $"'{name}' is not a class of the preset {preset.Name}.{NearestName.Hint(name, preset.Classes)} Name the classes with "
                + "--class-names.");

    // By name; else by number; else, if all are ImageNet's ids and none is missing, by their order, which is that of the classes.
    private IEnumerable<string> InModel(IReadOnlyList<string> classes) =>
        classes.Count == manifest.Classes.Count && classes.All(WordNetId().IsMatch)
        ? manifest.Classes
        : classes.Select(
            name =>
                manifest.Classes.FirstOrDefault(known => Plain(known) == Plain(name)) ?? Number(name, manifest.Classes)
                    ?? name.Replace('_', ' '));

    private static string InText(string name) => WordNetId().IsMatch(name)
        ? throw new EvaluationException(
            $"'{name}' is ImageNet's id of a class, which no model reads: give its name with --class-names (ImageNet's "
                + "LOC_synset_mapping.txt).")
        : name.Replace('_', ' ');

    private string Meaning(string name) => _readsText ? name : _model.FindClass(name);

    private static string? Number(string name, IReadOnlyList<string> names) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < names.Count ? names[index] : null;

    // Folder names write spaces and slashes in many ways.
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    [GeneratedRegex(@"^n\d{8}$")]
    private static partial Regex WordNetId();
}
