using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>
/// Files of labels: one per line; a JSON array of texts or of {label, prompts}; a table with a header, such as the reference's
/// prompt,classname,classidx. Stateless.
/// </summary>
public static class LabelFile
{
    private const string Forms = "write one label per line, a table with the columns prompt, classname and classidx, or a JSON array";

    private static readonly char[] Separators = [',', '\t', ';'];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <returns>At least one label; in the order of their numbers if the file numbers them, else of the file.</returns>
    /// <exception cref="EvaluationException">The file cannot be used.</exception>
    public static IReadOnlyList<LabelSpec> Read(string option, string file) => Read(option, file, TextLines.Read(option, file));

    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="EvaluationException">The file cannot be used.</exception>
    internal static IReadOnlyList<LabelSpec> Read(string option, string file, string[] lines) => IsJson(lines)
        ? FromJson(option, file, string.Join('\n', lines))
        : TryTable(option, file, lines) ?? [.. lines.Select(LabelSpec.FromString)];

    /// <summary>Whether a file is more than one label per line.</summary>
    internal static bool IsStructured(string[] lines) =>
        IsJson(lines) || Separators.Any(separator => LabelTable.IsHeader(lines[0], separator));

    private static bool IsJson(string[] lines) =>
        lines[0].StartsWith('[') || lines[0] == "{" || lines[0].StartsWith("{\"", StringComparison.Ordinal);

    private static LabelSpec[]? TryTable(string option, string file, string[] lines)
    {
        foreach (char separator in Separators)
        {
            if (!LabelTable.IsHeader(lines[0], separator))
                continue;
            try
            {
                return LabelTable.Read(lines, separator);
            }
            catch (FormatException exception)
            {
                throw new EvaluationException($"{option}: {file} begins like a table, but {exception.Message}: {Forms}.");
            }
        }

        return null;
    }

    private static LabelSpec[] FromJson(string option, string file, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            LabelSpec[] labels = [.. document.RootElement.EnumerateArray().Select(Label)];
            return labels.Length > 0 ? labels : throw new EvaluationException($"{option}: {file} is an empty array: {Forms}.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new EvaluationException(
                $"{option}: {file} begins like JSON, but is not an array of texts or of {{\"label\": …, \"prompts\": […]}}.");
        }
    }

    private static LabelSpec Label(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString()!
        : element.Deserialize<LabelSpec>(Json) is { Label: not null } label ? label : throw new FormatException();
}
