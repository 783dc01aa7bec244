using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>Reads YAML as the JSON that it stands for. Stateless.</summary>
internal static class Yaml
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<JsonObject> Read(string file) =>
    [
        .. File.ReadAllText(file).Split("\n---\n")
            .Select(text => JsonSerializer.SerializeToNode(ToJson(Reader.Deserialize<object>(text)))!.AsObject()),
    ];

    // A map has keys of any kind in YAML, and texts in JSON.
    private static object? ToJson(object? value) => value switch
    {
        IDictionary<object, object> map => map.ToDictionary(pair => (string)pair.Key, pair => ToJson(pair.Value)),
        IList<object> list => list.Select(ToJson).ToArray(),
        _ => value,
    };
}
