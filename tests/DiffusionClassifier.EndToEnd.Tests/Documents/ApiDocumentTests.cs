using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Documents;

/// <summary>docs/openapi.json is what the server says of itself: whoever changes the API sees it in the diff, and so does who reviews it.</summary>
public sealed class ApiDocumentTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        string served = JsonNode.Parse(await fixture.Service.Client.GetStringAsync("/swagger/v1/swagger.json", TestContext.Current.CancellationToken))!.ToJsonString(Readable) + "\n";

        string committed = Path.Combine(Repository.Root, "docs", "openapi.json"), fresh = Path.Combine(Repository.Artifacts, "openapi.json");
        await File.WriteAllTextAsync(fresh, served, TestContext.Current.CancellationToken);
        Assert.True(
            File.Exists(committed) && await File.ReadAllTextAsync(committed, TestContext.Current.CancellationToken) == served,
            $"docs/openapi.json is not the API that there is. Look at the difference; where it is what was meant: cp {fresh} {committed}, "
                + "and mend the clients: their tests say what they lack.");
    }
}
