using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>
/// A folder with one .jsonl or .csv file, whose fields are id, caption_0, caption_1, image_0, image_1 and perhaps collapsed_tag; or that
/// file. Images are files next to it or in the folder <c>images</c>, with or without their extension, as in the published set.
/// </summary>
internal static class WinogroundReader
{
    private static readonly string[] Needed = ["caption_0", "caption_1", "image_0", "image_1"];
    private static readonly string[] Extensions = ["", ".png", ".jpg", ".jpeg", ".webp"];
    private static readonly string[] TagFields = ["collapsed_tag", "tag"];

    /// <exception cref="EvaluationException">The file is missing or damaged, or an image is missing.</exception>
    public static IReadOnlyList<WinogroundExample> Read(string path)
    {
        string file = Directory.Exists(path) ? Find(path) : path;
        string[] lines = TextLines.Read("--data", file);
        bool isTable = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        string[] header = isTable ? Fields(file, 0, lines[0]) : [];
        List<WinogroundExample> examples = [];
        for (int line = isTable ? 1 : 0; line < lines.Length; line++)
        {
            Dictionary<string, string> fields = isTable ? Row(file, line, header, lines[line]) : Parse(file, line, lines[line]);
            if (Needed.FirstOrDefault(name => !fields.ContainsKey(name)) is { } missing)
                throw new EvaluationException($"--data: line {line + 1} of {file} has no {missing}.");
            examples.Add(new WinogroundExample(examples.Count, fields.GetValueOrDefault("id") ?? $"{examples.Count}",
                TagFields.Select(name => fields.GetValueOrDefault(name)).FirstOrDefault(tag => tag is not null),
                [fields["caption_0"], fields["caption_1"]], [Picture(file, fields["image_0"]), Picture(file, fields["image_1"])]));
        }

        return examples.Count > 0 ? examples : throw new EvaluationException($"--data: {file} has no examples.");
    }

    private static string Find(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.jsonl").Concat(Directory.EnumerateFiles(folder, "*.csv"))];
        return files is [var only]
            ? only
            : throw new EvaluationException(
                $"--data: {folder} has {files.Length} files .jsonl or .csv; it needs the one with the captions, or name that file.");
    }

    private static Dictionary<string, string> Parse(string file, int line, string text)
    {
        try
        {
            var fields = (JsonObject)JsonNode.Parse(text)!;
            return fields.Where(pair => pair.Value is JsonValue)
                .ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException)
        {
            throw new EvaluationException($"--data: line {line + 1} of {file} is not a JSON object.");
        }
    }

    private static Dictionary<string, string> Row(string file, int line, string[] header, string text) =>
        header.Zip(Fields(file, line, text)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

    private static string[] Fields(string file, int line, string text)
    {
        try
        {
            return CsvLine.Split(text);
        }
        catch (FormatException exception)
        {
            throw new EvaluationException($"--data: line {line + 1} of {file}: {exception.Message}");
        }
    }

    private static string Picture(string file, string name)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        IEnumerable<string> places = new[] { folder, Path.Combine(folder, "images") }.SelectMany(
            place => Extensions.Select(extension => Path.Combine(place, name + extension)));
        return places.FirstOrDefault(File.Exists)
            ?? throw new EvaluationException($"--data: {file} names the image {name}, which is neither beside it nor in images.");
    }
}
