using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>A table with an image's path and its label on every line; paths are relative to the table's folder.</summary>
internal static class TableReader
{
    private const int MissingInMessage = 3; // enough to see what is wrong with the paths

    /// <exception cref="EvaluationException">A line is not a pair, or a file is missing.</exception>
    public static DataSet Read(string path, long maxBytes)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<(string File, string Label)> rows = [];
        foreach ((int index, string line) in TextLines.Read("--data", path).Index())
        {
            (string file, string label) = Pair(path, index, line);
            if (index > 0 || !IsHeader(file, label))
                rows.Add((file, label));
        }

        RequireAll(path, [.. rows.Where(row => !File.Exists(Path.Combine(folder, row.File))).Select(row => row.File)]);
        string[] classes = [.. rows.Select(row => row.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> indices = classes.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        return new DataSet("csv", DataSource.NameOf(path), classes, classes.Length,
            [
                .. rows.Select(
                    (row, index) =>
                        new LabelledImage(
                            index,
                            row.File,
                            indices[row.Label],
                            cancellation => PictureFile.ReadAsync(Path.Combine(folder, row.File), maxBytes, cancellation))
                        { File = Path.Combine(folder, row.File) }),
            ]);
    }

    private static (string File, string Label) Pair(string path, int index, string line)
    {
        try
        {
            if (CsvLine.Split(line) is [{ Length: > 0 } file, { Length: > 0 } label])
                return (file, label);
        }
        catch (FormatException)
        {
        }

        throw new EvaluationException($"--data: line {index + 1} of {path} is not path,label.");
    }

    private static bool IsHeader(string file, string label) =>
        label.Equals("label", StringComparison.OrdinalIgnoreCase) && file.ToLowerInvariant() is "path" or "file" or "filename" or "image";

    private static void RequireAll(string path, IReadOnlyList<string> missing)
    {
        if (missing.Count > 0)
        {
            throw new EvaluationException(
                $"--data: {path} names {missing.Count} files that do not exist: "
                    + $"{string.Join(", ", missing.Take(MissingInMessage))}{(missing.Count > MissingInMessage ? ", …" : "")}");
        }
    }
}
