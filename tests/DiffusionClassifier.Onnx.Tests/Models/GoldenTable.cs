using System.Text;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Models;

/// <summary>
/// The golden checks of a test run as one table, in <c>artifacts/golden/onnx.md</c> below the repository: written anew after every check,
/// so it is there however the run ends. Thread-safe.
/// </summary>
internal static class GoldenTable
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, string> Rows = new(StringComparer.Ordinal);

    public static string File { get; } = Path.Combine(Repository.Root, "artifacts", "golden", "onnx.md");

    public static void Add(string quantity, int values, string deviation, string tolerance, string remark)
    {
        lock (Gate)
        {
            Rows[quantity] = $"| {quantity} | {values} | {deviation} | {tolerance} | {remark} |";
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            var text = new StringBuilder("# Golden checks of DiffusionClassifier.Onnx.Tests\n\n| quantity | values | largest deviation | tolerance | remark |\n|---|---|---|---|---|\n");
            System.IO.File.WriteAllText(File, text.AppendJoin('\n', Rows.Values).AppendLine().ToString());
        }
    }
}
