using System.CommandLine;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Texts as values of an option, or as the lines of a file if there are too many for a command line.</summary>
internal sealed class TextList(Option<string[]> texts, string fileName, string description)
{
    private readonly Option<string?> _file = new(fileName) { Description = description, HelpName = "FILE" };

    public IEnumerable<Option> All => [texts, _file];

    /// <returns>None if neither option is given.</returns>
    /// <exception cref="UserException">Both are given.</exception>
    /// <exception cref="EvaluationException">The file cannot be used.</exception>
    public string[] Read(ParseResult parsed) => Read(parsed, TextLines.Read, text => text);

    /// <summary>As <see cref="Read(ParseResult)"/>, for labels, which a file may list with their prompts.</summary>
    public LabelSpec[] ReadLabels(ParseResult parsed) => Read(parsed, LabelFile.Read, LabelSpec.FromString);

    private T[] Read<T>(ParseResult parsed, Func<string, string, IReadOnlyList<T>> read, Func<string, T> convert)
    {
        string[] values = parsed.GetValue(texts) ?? [];
        if (parsed.GetValue(_file) is not { } file)
            return [.. values.Select(convert)];
        return values.Length == 0
            ? [.. read(fileName, file)]
            : throw new UserException($"Give either {texts.Name} or {fileName}, not both.");
    }
}
