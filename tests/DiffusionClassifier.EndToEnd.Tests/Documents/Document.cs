using System.Text.RegularExpressions;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Documents;

/// <summary>A Markdown file of the repository: its links, its headings and the commands in it.</summary>
/// <param name="Name">Its path from the repository's folder.</param>
internal sealed partial record Document(string Name)
{
    private const string Fence = "```";

    private readonly string[] _lines = File.ReadAllLines(Path.Combine(Repository.Root, Name));

    /// <summary>Those that people read from the README on.</summary>
    public static IEnumerable<Document> All => new[] { ".", "docs", "deploy", "models", "models/cifar10", "models/scenes", "samples", "clients/python" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md"))
        .Select(file => new Document(Path.GetRelativePath(Repository.Root, file)));

    /// <summary>Where the links within the repository go: a file or folder and, of a document, maybe a heading.</summary>
    public IEnumerable<(string Path, string Heading)> Links => Text()
        .SelectMany(line => Link().Matches(line).Select(match => match.Groups[1].Value))
        .Where(link => !link.Contains("://", StringComparison.Ordinal))
        .Select(link => link.Split('#'))
        .Select(parts => (
            parts[0].Length == 0 ? Name : Path.GetRelativePath(".", Path.Combine(Path.GetDirectoryName(Name)!, parts[0])),
            parts.Length > 1 ? parts[1] : ""));

    /// <summary>Its headings as links name them: GitHub's rule.</summary>
    public IEnumerable<string> Headings => Text()
        .Where(line => line.StartsWith('#'))
        .Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>The commands in blocks of code, each on one line: what follows $ where output is shown, else every line.</summary>
    public IEnumerable<string> Commands
    {
        get
        {
            string? block = null;
            string begun = "";
            foreach (string line in _lines)
            {
                if (line.StartsWith(Fence, StringComparison.Ordinal))
                    (block, begun) = (block is null ? line[Fence.Length..] : null, "");
                else if (block == "sh" || (block == "" && (begun.Length > 0 || line.StartsWith("$ ", StringComparison.Ordinal))))
                    begun += line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line;
                if (begun.EndsWith('\\'))
                    begun = begun[..^1];
                else if (begun.Length > 0)
                {
                    yield return begun;
                    begun = "";
                }
            }
        }
    }

    private IEnumerable<string> Text()
    {
        bool code = false;
        foreach (string line in _lines)
        {
            code ^= line.StartsWith(Fence, StringComparison.Ordinal);
            if (!code)
                yield return line;
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
