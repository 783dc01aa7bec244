using System.Text.Json.Nodes;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>
/// What <c>kustomize build</c> makes of a folder, as far as the files in deploy/kubernetes use it: resources, components, images, and patches
/// that are merged strategically. Anything else in a kustomization is refused.
/// </summary>
internal sealed class Kustomization
{
    // By what the elements of a list are known, in Kubernetes' own API; a list that is not here is replaced as a whole.
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["containers"] = "name",
        ["env"] = "name",
        ["ports"] = "containerPort",
        ["volumes"] = "name",
        ["volumeMounts"] = "mountPath",
    };

    private readonly List<JsonObject> _resources = [];

    private Kustomization()
    {
    }

    /// <param name="folder">Of the kustomization.</param>
    /// <param name="components">Folders of more components, as a user would add them.</param>
    public static IReadOnlyList<JsonObject> Build(string folder, params string[] components)
    {
        var built = new Kustomization();
        built.Add(folder);
        foreach (string component in components)
            built.Add(component);
        return built._resources;
    }

    private void Add(string folder)
    {
        foreach ((string field, JsonNode? value) in Yaml.Read(Path.Combine(folder, "kustomization.yaml")).Single())
        {
            IEnumerable<JsonNode> items = value as JsonArray is { } list ? list.OfType<JsonNode>() : [];
            foreach (JsonNode item in items)
                Apply(field, item, folder);
            if (value is JsonValue && field is not ("apiVersion" or "kind"))
                throw new InvalidDataException($"{folder}: {field} is not known here.");
        }
    }

    private void Apply(string field, JsonNode item, string folder)
    {
        switch (field)
        {
            case "resources" when Directory.Exists(Of(item)):
            case "components":
                Add(Of(item));
                break;
            case "resources":
                _resources.AddRange(Yaml.Read(Of(item)));
                break;
            case "patches":
                foreach (JsonObject patch in Yaml.Read(Of(item["path"]!)))
                    Merge(Target(patch, folder), patch);
                break;
            case "images":
                foreach (JsonObject container in _resources.SelectMany(Containers).Where(container => (string?)container["image"] == (string?)item["name"]))
                    container["image"] = $"{item["newName"]}:{item["newTag"]}";
                break;
            case "labels":
                foreach (JsonObject resource in _resources)
                    Merge(resource, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = item["pairs"]!.DeepClone() } });
                break;
            default:
                throw new InvalidDataException($"{folder}: {field} is not known here.");
        }

        string Of(JsonNode path) => Path.GetFullPath((string)path!, folder);
    }

    private JsonObject Target(JsonObject patch, string folder) =>
        _resources.SingleOrDefault(resource => (string?)resource["kind"] == (string?)patch["kind"] && (string?)resource["metadata"]!["name"] == (string?)patch["metadata"]!["name"])
        ?? throw new InvalidDataException($"{folder}: there is no {patch["kind"]} {patch["metadata"]!["name"]} to patch.");

    private static IEnumerable<JsonObject> Containers(JsonObject resource) =>
        resource["spec"]?["template"]?["spec"]?["containers"]?.AsArray().OfType<JsonObject>() ?? [];

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject map && target[name] is JsonObject into)
                Merge(into, map);
            else if (value is JsonArray list && target[name] is JsonArray known && Keys.TryGetValue(name, out string? key))
                Merge(known, list, key);
            else
                target[name] = value.DeepClone();
        }
    }

    private static void Merge(JsonArray target, JsonArray patch, string key)
    {
        foreach (JsonObject item in patch.OfType<JsonObject>())
        {
            if (target.OfType<JsonObject>().FirstOrDefault(other => other[key]!.ToString() == item[key]!.ToString()) is { } same)
                Merge(same, item);
            else
                target.Add(item.DeepClone());
        }
    }
}
