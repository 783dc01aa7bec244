using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Architecture.Tests;

/// <summary>What holds for every file below src/.</summary>
public sealed class SourceTests
{
    private const int MostColumns = 140, MostLines = 250;

    private static readonly string[] Files =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void No_line_is_longer_than_140_columns() => Nothing.Breaks(Files.SelectMany(file => File.ReadLines(file)
        .Select((line, index) => (Line: line, Number: index + 1))
        .Where(each => each.Line.Length > MostColumns)
        .Select(each => $"{Name(file)}:{each.Number} has {each.Line.Length}")));

    [Fact]
    public void No_file_is_longer_than_250_lines() => Nothing.Breaks(Files
        .Select(file => (Name: Name(file), Lines: File.ReadLines(file).Count()))
        .Where(each => each.Lines > MostLines)
        .Select(each => $"{each.Name} has {each.Lines}"));

    [Fact]
    public void Every_file_stands_in_the_folder_of_its_namespace() => Nothing.Breaks(Files
        .Select(file => (Name: Name(file), Namespace: File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))))
        .Where(each => each.Namespace is not null && $"namespace {NamespaceOf(each.Name)};" != each.Namespace)
        .Select(each => $"{each.Name} says {each.Namespace}"));

    private static string Name(string file) => Path.GetRelativePath(Path.Combine(Repository.Root, "src"), file).Replace('\\', '/');

    private static string NamespaceOf(string name) => Path.GetDirectoryName(name)!.Replace(Path.DirectorySeparatorChar, '.');
}
