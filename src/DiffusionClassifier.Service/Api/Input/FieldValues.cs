using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Typed access to the text fields of a body; a value that cannot be read is an error that names the field and what to send.
/// </summary>
/// <param name="fields">The texts by field.</param>
/// <param name="maxValues">Values that one field may have: a small body can hold millions.</param>
internal sealed class FieldValues(IReadOnlyDictionary<string, StringValues> fields, int maxValues)
{
    /// <summary>The fields that were sent.</summary>
    public IEnumerable<string> Names => fields.Keys;

    public int? Integer(string name) => Single(name) is { } text ? ToInteger(name, text) : null;

    public ulong? Unsigned(string name) => Single(name) is { } text
        ? ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Wrong(name, text, "a whole number of at least 0")
        : null;

    public double? Number(string name) => Single(name) is { } text ? ToNumber(name, text) : null;

    /// <summary>A member of an enumeration by its lower-case name.</summary>
    public T? Word<T>(string name) where T : struct, Enum
    {
        if (Single(name) is not { } text)
            return null;
        if (EnumWords.TryParse(text, out T value))
            return value;
        string[] words = [.. EnumWords.All<T>().Select(word => $"'{word}'")];
        throw Wrong(name, text, words.Length == 1 ? words[0] : $"one of {string.Join(", ", words)}");
    }

    public string? Text(string name) => Single(name);

    /// <summary>A repeated field, or one that holds a JSON array of strings.</summary>
    public IReadOnlyList<string>? Texts(string name) => Multiple(
        name,
        element => element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw Wrong(name, element.GetRawText(), "an array of strings"),
        text => text);

    /// <summary>As <see cref="Texts"/>; in a JSON array a label may also be an object with prompts of its own.</summary>
    public IReadOnlyList<LabelSpec>? Labels(string name) => Multiple(name, element => element.ValueKind switch
    {
        JsonValueKind.String => new LabelSpec(element.GetString()!),
        JsonValueKind.Object when ToLabel(element) is { } label => label,
        _ => throw Wrong(
            name,
            element.GetRawText(),
            "an array of strings, or of objects like {\"label\": \"cat\", \"prompts\": [\"a cat\", \"a kitten\"]}"),
    }, LabelSpec.FromString);

    /// <summary>A repeated field, or one that holds a JSON array of whole numbers.</summary>
    public IReadOnlyList<int>? Integers(string name) =>
        Multiple(name, element => ToInteger(name, element.GetRawText()), text => ToInteger(name, text));

    /// <summary>true or false.</summary>
    public bool? Flag(string name) => Single(name) is { } text
        ? bool.TryParse(text, out bool value) ? value : throw Wrong(name, text, "true or false")
        : null;

    /// <summary>A repeated field, or one that holds a JSON array of numbers.</summary>
    public IReadOnlyList<double>? Numbers(string name) =>
        Multiple(name, element => ToNumber(name, element.GetRawText()), text => ToNumber(name, text));

    private List<T>? Multiple<T>(string name, Func<JsonElement, T> fromJson, Func<string, T> fromText)
    {
        if (!fields.TryGetValue(name, out StringValues values))
            return null;
        if (values.Count != 1 || values[0] is not ['[', ..] array)
            return [.. values.Select(value => fromText(value ?? ""))];
        try
        {
            using JsonDocument document = JsonDocument.Parse(array);
            if (document.RootElement.GetArrayLength() is var count && count > maxValues)
            {
                throw new ClassificationException(
                    ClassificationError.InvalidRequest, $"{count:N0} {name} were sent; the limit is {maxValues:N0}.")
                { Field = name };
            }

            return [.. document.RootElement.EnumerateArray().Select(fromJson)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair, "\ud800".
            throw Wrong(name, array, "a JSON array (it begins with '['), or the field repeated for each value");
        }
    }

    private static LabelSpec? ToLabel(JsonElement element)
    {
        bool isLabel = element.TryGetProperty("label", out JsonElement label) && label.ValueKind == JsonValueKind.String;
        bool hasPrompts = element.TryGetProperty("prompts", out JsonElement prompts);
        if (!isLabel || element.EnumerateObject().Count() != (hasPrompts ? 2 : 1))
            return null;
        if (!hasPrompts || prompts.ValueKind == JsonValueKind.Null) // answers write prompts: null
            return new LabelSpec(label.GetString()!);
        return prompts.ValueKind == JsonValueKind.Array && prompts.EnumerateArray().All(prompt => prompt.ValueKind == JsonValueKind.String)
            ? new LabelSpec(label.GetString()!, [.. prompts.EnumerateArray().Select(prompt => prompt.GetString()!)])
            : null;
    }

    private static int ToInteger(string name, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Wrong(name, text, "a whole number");

    private static double ToNumber(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Wrong(name, text, "a number");

    // A field left empty in an HTML form is a field not given.
    private string? Single(string name) => fields.TryGetValue(name, out StringValues values) && !StringValues.IsNullOrEmpty(values)
        ? values.Count == 1
            ? values[0]
            : throw new ClassificationException(
                ClassificationError.InvalidRequest, $"{name} was sent {values.Count} times: send it once.")
            { Field = name }
        : null;

    private static ClassificationException Wrong(string name, string text, string expected) =>
        new(ClassificationError.InvalidRequest, $"{name} must be {expected}, not '{Excerpt.Of(text)}'.") { Field = name };
}
