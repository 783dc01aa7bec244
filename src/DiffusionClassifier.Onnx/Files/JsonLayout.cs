using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DiffusionClassifier.Onnx.Files;

/// <summary>
/// JSON as a person would lay it out: short lists and objects on one line. Numbers that were read stay as they were written.
/// </summary>
internal static class JsonLayout
{
    private const int LongestLine = 120;
    private const int Indent = 2;

    // Names in any script stay readable.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a file: the outermost object has a line for each field.</summary>
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        AppendLines(text, root, indent: 0);
        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent, int column)
    {
        string line = OneLine(node);
        if (column + line.Length <= LongestLine || node is not (JsonObject or JsonArray))
            text.Append(line);
        else
            AppendLines(text, node, indent);
    }

    private static void AppendLines(StringBuilder text, JsonNode node, int indent)
    {
        (char open, char close) = node is JsonObject ? ('{', '}') : ('[', ']');
        string separator = "";
        text.Append(open);
        foreach ((string prefix, JsonNode? item) in Items(node))
        {
            text.Append(separator).Append('\n').Append(' ', indent + Indent).Append(prefix);
            Append(text, item, indent + Indent, indent + Indent + prefix.Length);
            separator = ",";
        }

        text.Append('\n').Append(' ', indent).Append(close);
    }

    private static string OneLine(JsonNode? node) => node switch
    {
        JsonObject => $"{{ {string.Join(", ", Items(node).Select(item => item.Prefix + OneLine(item.Node)))} }}",
        JsonArray => $"[{string.Join(", ", Items(node).Select(item => OneLine(item.Node)))}]",
        null => "null",
        _ => node.ToJsonString(Readable),
    };

    private static IEnumerable<(string Prefix, JsonNode? Node)> Items(JsonNode node) => node is JsonObject fields
        ? fields.Select(field => ($"{JsonSerializer.Serialize(field.Key, Readable)}: ", field.Value))
        : node.AsArray().Select(item => ("", item));
}
