using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Client.Tests;

/// <summary>docs/openapi.json, which a test of the service holds to what is served.</summary>
internal static class ApiDocument
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json"))).RootElement;

    /// <summary>Method and path of each operation, as in <c>GET /jobs/{id}</c>.</summary>
    public static IEnumerable<string> Operations => Root.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));

    /// <summary>The names of the objects.</summary>
    public static IEnumerable<string> Schemas => Root.GetProperty("components").GetProperty("schemas").EnumerateObject()
        .Where(schema => schema.Value.TryGetProperty("properties", out _)).Select(schema => schema.Name);

    /// <summary>The fields of an object.</summary>
    public static IEnumerable<string> Fields(string schema) =>
        Root.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(field => field.Name);
}
