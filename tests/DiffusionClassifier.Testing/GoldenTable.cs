using System.Reflection;
using System.Text;

namespace DiffusionClassifier.Testing;

/// <summary>
/// The golden checks of a test project as one table, in <c>golden/PROJECT.md</c> below the build's artifacts: written anew after every
/// check, so it is there however the run ends. <c>.ci/run</c> prints them. Thread-safe.
/// </summary>
public static class GoldenTable
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, string> Rows = new(StringComparer.Ordinal);
    private static readonly string Project = Assembly.GetEntryAssembly()?.GetName().Name ?? "tests";

    public static string File { get; } = Path.Combine(Repository.Artifacts, "golden", $"{Project}.md");

    public static void Add(string quantity, int values, string deviation, string tolerance, string remark = "")
    {
        lock (Gate)
        {
            Rows[quantity] = $"| {quantity} | {values} | {deviation} | {tolerance} | {remark} |";
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            var text = new StringBuilder($"# Golden checks of {Project}\n\n| quantity | values | largest deviation | tolerance | remark |\n|---|---|---|---|---|\n");
            System.IO.File.WriteAllText(File, text.AppendJoin('\n', Rows.Values).AppendLine().ToString());
        }
    }
}
