using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DiffusionClassifier.Onnx.Files;

/// <summary>A JSON object read from a bundle's file, or a part of one: every complaint names the file and the field. Immutable.</summary>
internal sealed class JsonFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Strings are matched as well, so that what stands in one is left alone.
    private static readonly Regex NotFinite = new(@"""(?:[^""\\]|\\.)*""|-?Infinity|NaN", RegexOptions.NonBacktracking);

    private readonly string _file;
    private readonly string _prefix;
    private readonly JsonElement _root;

    private JsonFile(string file, string prefix, JsonElement root) => (_file, _prefix, _root) = (file, prefix, root);

    /// <summary>Reads a file that must exist.</summary>
    /// <exception cref="BundleException">It is missing, unreadable, or not a JSON object.</exception>
    public static JsonFile Read(string file) => TryRead(file) ?? throw new BundleException(file, "the file is missing.");

    /// <summary>What a file that is absent would say.</summary>
    public static JsonFile Of(string file, JsonObject content) => new(file, "", JsonSerializer.SerializeToElement(content));

    /// <summary>Reads a file that may be absent.</summary>
    public static JsonFile? TryRead(string file)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            LfsPointer.Refuse(file);
            using JsonDocument document = Parse(File.ReadAllText(file, Strict));
            CheckText(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonFile(file, "", document.RootElement.Clone())
                : throw new BundleException(file, "it must contain a JSON object.");
        }
        catch (Exception exception) when (exception is DecoderFallbackException or InvalidOperationException)
        {
            throw new BundleException(file, "holds text that is not Unicode, so it cannot be read as JSON: save it as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BundleException(file, $"cannot be read as JSON: {exception.Message}", exception);
        }
    }

    public string? Text(string name) => Get(name) is { } value
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a string")
        : null;

    public int? Integer(string name) => Get(name) is { } value
        ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(name, "a whole number")
        : null;

    public double? Number(string name) => Get(name) is { } value ? ToNumber(name, value) : null;

    public bool? Flag(string name) => Get(name) is { } value
        ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false")
        : null;

    public IReadOnlyList<double>? Numbers(string name) => Get(name) is { } value
        ? value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => ToNumber(name, item))]
            : throw Wrong(name, "a list of numbers")
        : null;

    /// <summary>A nested object, or null.</summary>
    public JsonFile? Object(string name) => Get(name) is { } value
        ? value.ValueKind == JsonValueKind.Object ? new JsonFile(_file, $"{_prefix}{name}.", value) : throw Wrong(name, "an object")
        : null;

    /// <summary>The names of this object's fields, in file order.</summary>
    public IEnumerable<string> Names => Fields.Select(property => property.Name);

    /// <summary>
    /// This object's fields, in file order: for large maps, as looking up a single name takes time in proportion to the object.
    /// </summary>
    public IEnumerable<JsonProperty> Fields => _root.EnumerateObject();

    /// <summary>A field that may be of several kinds, or null.</summary>
    public JsonElement? Element(string name) => Get(name);

    /// <summary>An exception that names the file and the field.</summary>
    public BundleException Complain(string name, string reason) => new(_file, $"{_prefix}{name} {reason}");

    private static JsonDocument Parse(string text)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        try
        {
            return JsonDocument.Parse(text, options);
        }
        catch (JsonException) when (text.Contains("Infinity", StringComparison.Ordinal) || text.Contains("NaN", StringComparison.Ordinal))
        {
            // Python writes infinities as they are (DPMSolverMultistepScheduler's lambda_min_clipped): as text they are refused only where
            // a number is read.
            string quoted = NotFinite.Replace(text, found => found.Value[0] == '"' ? found.Value : $"\"{found.Value}\"");
            return JsonDocument.Parse(quoted, options);
        }
    }

    // JsonElement decodes a name or string when it is asked for it, and then throws at half a surrogate pair ("\ud800"): ask for all now.
    private static void CheckText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    CheckText(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckText(property.Value);
                }

                break;
        }
    }

    private JsonElement? Get(string name) =>
        _root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private double ToNumber(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, "a number");

    private BundleException Wrong(string name, string expected) => Complain(name, $"must be {expected}.");
}
