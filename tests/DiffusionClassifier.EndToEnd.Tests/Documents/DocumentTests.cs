using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Documents;

/// <summary>What the documents say works as it is written: links lead somewhere, and commands that need nothing from elsewhere succeed.</summary>
public sealed class DocumentTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Address = "http://localhost:5080/", Script = "./dclassify";

    // Files of the reader's own, and what needs a network, a data set or hours.
    private static readonly string[] FromElsewhere =
        ["photo.jpg", "runs/", "/data/", "models/my-model", "models/sd15", " pull ", " bench", " DIR"];

    public static TheoryData<string> Runnable => [.. Document.All.Where(document => !document.Name.StartsWith("CONTRIBUTING", StringComparison.Ordinal))
        .SelectMany(document => document.Commands)
        .Where(command => command.StartsWith("curl ", StringComparison.Ordinal) || command.StartsWith(Script, StringComparison.Ordinal))
        .Where(command => !FromElsewhere.Any(word => command.Contains(word, StringComparison.Ordinal)))
        .Distinct()];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist()
    {
        IEnumerable<string> broken = Document.All.SelectMany(document => document.Links
            .Where(link => !Path.Exists(Path.Combine(Repository.Root, link.Path))
                || (link.Heading.Length > 0 && !new Document(link.Path).Headings.Contains(link.Heading)))
            .Select(link => $"{document.Name}: {link.Path}#{link.Heading}"));

        Assert.Empty(broken);
    }

    [Fact]
    public async Task Every_field_of_the_requests_is_explained()
    {
        using var document = JsonDocument.Parse(await fixture.Service.Client.GetStringAsync("/openapi.json", TestContext.Current.CancellationToken));
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "http-api.md"), TestContext.Current.CancellationToken);

        IEnumerable<string> fields = new[] { "ClassificationRequest", "MatchRequest" }.SelectMany(schema => document.RootElement
            .GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(field => field.Name));

        Assert.All(fields, field => Assert.Contains($"`{field}`", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Runnable))]
    public async Task A_command_works_as_it_is_written(string command)
    {
        string there = command
            .Replace(Script, $"dotnet {Repository.Program("DiffusionClassifier.Cli", "dclassify")}", StringComparison.Ordinal)
            .Replace("curl ", "curl --fail-with-body -sS ", StringComparison.Ordinal)
            .Replace(Address, fixture.Service.Client.BaseAddress!.AbsoluteUri, StringComparison.Ordinal)
            .Replace("> answers.csv", "", StringComparison.Ordinal);

        (int exitCode, string output) = await Shell.RunAsync($"cd {Repository.Root} && {there} 2>&1", TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"{command}\n{output}");
        Assert.DoesNotContain("\"status\":4", output, StringComparison.Ordinal);
    }
}
