using System.Globalization;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>Labels from a table with a header: a row is a prompt of a class, or a class. Stateless.</summary>
internal static class LabelTable
{
    private static readonly HashSet<string> Prompt = Words("prompt", "prompts", "text", "caption");
    private static readonly HashSet<string> Name = Words("classname", "class_name", "label", "labels", "class", "name");
    private static readonly HashSet<string> Number = Words("classidx", "class_idx", "classid", "class_id", "index", "idx", "id");

    private static readonly HashSet<string> Other = Words("description", "category", "synset", "wnid", "count", "group");

    // Words that are no labels themselves: one of them makes the first line a header. Of the others, every word must be one.
    private static readonly HashSet<string> Telling =
        Words("prompt", "prompts", "classname", "class_name", "classidx", "class_idx", "classid", "class_id", "label", "labels");

    /// <summary>Whether a first line names columns.</summary>
    public static bool IsHeader(string line, char separator) => Fields(line, separator) is { } fields
        && (fields.Any(Telling.Contains) || (fields.Length > 1 && fields.All(IsWord)));

    /// <exception cref="FormatException">A column or a row makes no sense; the message says which.</exception>
    public static LabelSpec[] Read(string[] lines, char separator)
    {
        string[] header = Fields(lines[0], separator)!;
        int prompt = Array.FindIndex(header, Prompt.Contains), name = Array.FindIndex(header, Name.Contains);
        int number = Array.FindIndex(header, Number.Contains);
        int known = new[] { prompt, name, number }.Count(column => column >= 0);
        if (name < 0 || known < header.Length)
            throw new FormatException($"its header '{lines[0]}' is not understood");
        List<(string Name, int Number, string? Prompt)> rows = [];
        foreach ((int index, string line) in lines.Index().Skip(1))
        {
            if (Fields(line, separator) is not { } fields || fields.Length != header.Length || fields.Any(field => field.Length == 0))
                throw new FormatException($"line {index + 1} has not {header.Length} values");
            int place = 0;
            if (number >= 0 && !int.TryParse(fields[number], NumberStyles.None, CultureInfo.InvariantCulture, out place))
                throw new FormatException($"'{fields[number]}' in line {index + 1} is no number of a class");
            rows.Add((fields[name], place, prompt >= 0 ? fields[prompt] : null));
        }

        return Group(rows, number >= 0);
    }

    private static bool IsWord(string field) =>
        Prompt.Contains(field) || Name.Contains(field) || Number.Contains(field) || Other.Contains(field);

    private static LabelSpec[] Group(List<(string Name, int Number, string? Prompt)> rows, bool isNumbered)
    {
        if (rows.Count == 0)
            throw new FormatException("has no line after its header");
        var classes = rows.GroupBy(row => row.Name, StringComparer.Ordinal).OrderBy(group => group.First().Number).ToArray();
        if (isNumbered && classes.FirstOrDefault(group => group.Any(row => row.Number != group.First().Number)) is { } torn)
            throw new FormatException($"'{torn.Key}' has several numbers");
        if (isNumbered && classes.GroupBy(group => group.First().Number).FirstOrDefault(same => same.Skip(1).Any()) is { } shared)
            throw new FormatException($"{string.Join(" and ", shared.Select(group => $"'{group.Key}'"))} have the same number");
        return
        [
            .. classes.Select(
                group => new LabelSpec(group.Key, group.First().Prompt is null ? null : [.. group.Select(row => row.Prompt!)])),
        ];
    }

    private static string[]? Fields(string line, char separator)
    {
        try
        {
            return CsvLine.Split(line, separator);
        }
        catch (FormatException)
        {
            return null; // a label with a quote in it is no row
        }
    }

    private static HashSet<string> Words(params string[] words) => new(words, StringComparer.OrdinalIgnoreCase);
}
