using System.Text;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Clients;

/// <summary>The clients in other languages against the real server: their own tests, and the code in docs/clients.md.</summary>
public sealed class ScriptClientTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly string Python = Path.Combine(Repository.Root, "clients", "python");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Address => fixture.Service.Client.BaseAddress!.AbsoluteUri;

    [Fact]
    public async Task The_Python_client_passes_its_tests_and_its_notebook_runs()
    {
        await SkipWithoutAsync("python3");

        (int exitCode, string output) = await Shell.RunAsync(
            $"cd '{Python}' && DCLASSIFY_URL={Address} PYTHONPATH=src PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover -s tests 2>&1", Cancellation);

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("skipped", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Python_code_in_the_document_works_as_it_is_written()
    {
        await SkipWithoutAsync("python3");
        using var folder = new TemporaryFolder();
        string script = folder.Write("document.py", Encoding.UTF8.GetBytes(Code("python")));

        (int exitCode, string output) = await Shell.RunAsync(
            $"cd '{Repository.Root}' && PYTHONPATH='{Python}/src' PYTHONDONTWRITEBYTECODE=1 python3 '{script}' 2>&1", Cancellation);

        Assert.True(exitCode == 0, output);
        Assert.Contains("ship.png ship\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JavaScript_in_the_document_shows_progress_and_says_what_is_wrong()
    {
        await SkipWithoutAsync("node");
        using var folder = new TemporaryFolder();
        string script = folder.Write("document.mjs", Encoding.UTF8.GetBytes(Code("js") + $$"""

            import { readFile } from "node:fs/promises";
            const image = new Blob([await readFile("samples/ship.png")]);
            for await (const answer of classify("{{Address}}", image, { labels: ["ship", "deer"], trials: 500, strategy: "fixed" }))
              console.log(answer.decision.complete, answer.prediction, answer.cost.rows);
            await classify("{{Address}}", image, { labels: ["shp"] }).next().catch(error => console.log(error.code, error.message));
            """));

        (int exitCode, string output) = await Shell.RunAsync($"cd '{Repository.Root}' && node '{script}' 2>&1", Cancellation);

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(exitCode == 0, output);
        Assert.StartsWith("false ship ", lines[0], StringComparison.Ordinal);
        Assert.Equal("true ship 1000", lines[^2]);
        Assert.StartsWith("unknown_label 'shp' is not a class", lines[^1], StringComparison.Ordinal);
    }

    private static async Task SkipWithoutAsync(string program) =>
        Assert.SkipUnless((await Shell.RunAsync($"command -v {program}", Cancellation)).ExitCode == 0, $"{program} is not installed.");

    // The first block of code in a language, as its reader would copy it.
    private string Code(string language)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "clients.md"));
        string begin = $"```{language}\n";
        int start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[start..text.IndexOf("```\n", start, StringComparison.Ordinal)]
            .Replace("http://localhost:5080", Address.TrimEnd('/'), StringComparison.Ordinal);
    }
}
