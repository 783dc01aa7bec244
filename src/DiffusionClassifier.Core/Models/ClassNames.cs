using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Models;

/// <summary>
/// Finds the class that a label means, ignoring case: by its whole name, or by one of the synonyms that names such as ImageNet's
/// "tench, Tinca tinca" list between commas. Immutable.
/// </summary>
internal sealed class ClassNames
{
    private const int ClassesInMessage = 20; // enough to read, short enough for one line

    private static readonly char[] Separators = [',', ';', '|', '/', '\t', '\n', '、', '，'];

    private readonly ModelManifest _manifest;
    private readonly HashSet<string> _names;
    private readonly ILookup<string, string> _bySynonym;

    public ClassNames(ModelManifest manifest)
    {
        _manifest = manifest;
        _names = new(manifest.Classes, StringComparer.OrdinalIgnoreCase);
        _bySynonym = manifest.Classes.Index()
            .SelectMany(pair => Synonyms(pair.Item, pair.Index).Select(synonym => (synonym, name: pair.Item)))
            .ToLookup(pair => pair.synonym, pair => pair.name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The class's whole name, in the model's spelling.</summary>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.UnknownLabel"/>: no class has that name, or several.
    /// </exception>
    public string Find(string label, string noun)
    {
        if (_names.TryGetValue(label, out string? name))
            return name;
        string[] candidates = [.. _bySynonym[label].Distinct(StringComparer.OrdinalIgnoreCase)];
        return candidates switch
        {
            [string only] => only,
            [] => throw Unknown(label, noun),
            _ => throw new ClassificationException(ClassificationError.UnknownLabel,
                $"'{Excerpt.Of(label)}' can mean several classes of model '{_manifest.Id}': "
                    + $"send one of {string.Join(", ", candidates.Select(candidate => $"'{candidate}'"))}.")
            { Field = $"{noun}s" },
        };
    }

    /// <summary>Whether it is the name or a synonym of at least one class.</summary>
    public bool Knows(string label) => _names.Contains(label) || _bySynonym.Contains(label);

    /// <summary>Whether it is a list of several classes, sent as one label.</summary>
    public bool IsList(string label) => Parts(label) is { Length: > 1 } parts && parts.All(Knows);

    /// <summary>The name or synonym that a misspelt label may mean; null where none is close.</summary>
    public string? Nearest(string label) =>
        NearestName.Find(label, _manifest.Classes) ?? NearestName.Find(label, _bySynonym.Select(group => group.Key));

    // A name that several classes have carries its id (ImageNet has two cranes): without it, it is a synonym of all of them.
    private static IEnumerable<string> Synonyms(string name, int id)
    {
        string suffix = $" ({id})";
        string plain = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        return plain.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Append(plain).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private static string[] Parts(string label) =>
        label.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private ClassificationException Unknown(string label, string noun)
    {
        IReadOnlyList<string> classes = _manifest.Classes;
        string hint = IsList(label)
            ? $" It is one {noun} with {Parts(label).Length} classes in it: repeat {noun}s, or send one JSON array."
            : Nearest(label) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        string list = string.Join(", ", classes.Take(ClassesInMessage)) + (classes.Count > ClassesInMessage ? ", …" : "");
        return new ClassificationException(ClassificationError.UnknownLabel,
            $"'{Excerpt.Of(label)}' is not a class of model '{_manifest.Id}', which knows only the classes it was trained on.{hint} Its "
                + $"{classes.Count} classes: {list}.")
        { Field = $"{noun}s" };
    }
}
