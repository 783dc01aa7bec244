using System.Text.RegularExpressions;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;
using LineMatch = System.Text.RegularExpressions.Match; // Match is also a command here

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>
/// The file of <c>--class-names</c>: a name on every line in the order of the classes, or a folder and its name with a tab between them
/// (also "n01440764 tench, Tinca tinca", as in ImageNet's own list), or anything else that a <see cref="LabelFile"/> accepts. Immutable.
/// </summary>
public sealed partial class ClassNameFile
{
    private readonly string _file;
    private readonly Dictionary<string, string>? _byFolder;
    private readonly Dictionary<string, IReadOnlyList<string>?> _prompts = new(StringComparer.Ordinal);

    /// <exception cref="EvaluationException">The file cannot be used.</exception>
    public ClassNameFile(string file)
    {
        _file = file;
        string[] lines = TextLines.Read("--class-names", file);
        if (LabelFile.IsStructured(lines))
        {
            IReadOnlyList<LabelSpec> labels = LabelFile.Read("--class-names", file, lines);
            All = [.. labels.Select(label => label.Label)];
            foreach (LabelSpec label in labels)
                _prompts.TryAdd(label.Label, label.Prompts);
            return;
        }

        LineMatch[] pairs = [.. lines.Select(line => Pair().Match(line))];
        if (!pairs.Any(pair => pair.Success))
        {
            All = lines;
            return;
        }

        if (pairs.Index().FirstOrDefault(pair => !pair.Item.Success) is { Item: not null, Index: var bad })
        {
            throw new EvaluationException(
                $"--class-names: line {bad + 1} of {file} has no tab between folder and name, as other lines do.");
        }

        _byFolder = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (LineMatch pair in pairs)
            _byFolder[pair.Groups["folder"].Value] = pair.Groups["name"].Value;
        All = [.. _byFolder.Values];
    }

    /// <summary>All names in their order.</summary>
    internal IReadOnlyList<string> All { get; }

    /// <summary>The prompts that the file has for a name; null: none.</summary>
    internal IReadOnlyList<string>? PromptsOf(string name) => _prompts.GetValueOrDefault(name);

    /// <summary>The name of each class of a data set.</summary>
    /// <exception cref="EvaluationException">A class has no name.</exception>
    internal string[] NamesOf(DataSet data)
    {
        if (_byFolder is null)
        {
            return All.Count == data.ClassCount
                ? [.. All]
                : throw new EvaluationException($"--class-names: {_file} has {All.Count} names; the data has {data.ClassCount} classes.");
        }

        if (data.Classes is null)
        {
            throw new EvaluationException(
                $"--class-names: {_file} names folders, which {data.Title} lacks: write one name per line, in the order of the classes.");
        }

        return
        [
            .. data.Classes.Select(
                folder =>
                    _byFolder.GetValueOrDefault(folder)
                        ?? throw new EvaluationException($"--class-names: {_file} has no name for {folder}.")),
        ];
    }

    [GeneratedRegex(@"^(?:(?<folder>[^\t]+)\t|(?<folder>n\d{8})\s+)(?<name>.+)$")]
    private static partial Regex Pair();
}
