using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Changes values of a JSON file so that it stays JSON, most of the time: other types, numbers at the edges, missing and repeated fields.</summary>
internal static class JsonMutation
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-0", "1", "-1", "1.5", "10", "1e308", "1e999", "1e-320", "-1e308", "2147483647", "2147483648", "-2147483649", "9223372036854775808",
        "\"\"", "\" \"", "\"a b\"", "\"\\ud800\"", "\"\\u0000\"", "\"../../etc/passwd\"", "\"<|endoftext|>\"", "[]", "{}", "[[]]", "[1,2]", "[0,1000]", "{\"content\":\"a\"}", "{\"0\":\"a\"}",
        Deep(50), Deep(5000), $"\"{new string('x', 100_000)}\"",
    ];

    private static readonly JsonDocumentOptions NoRepeats = new() { AllowDuplicateProperties = false };

    public static byte[] Mutate(byte[] json, Random random)
    {
        if (random.Chance(0.2) || Parse(json) is not JsonObject root)
            return ByteMutations.Mutate(json, random);
        string text = root.ToJsonString();
        for (int i = random.Next(1, 4); i > 0; i--)
            text = Change(text, random);
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Replaces a random value of the text, or removes or repeats a field.</summary>
    private static string Change(string text, Random random)
    {
        if (Parse(Encoding.UTF8.GetBytes(text)) is not JsonObject root || root.Count == 0)
            return text;
        JsonObject holder = root;
        while (random.Chance(0.6) && random.Pick([.. holder]).Value is JsonObject { Count: > 0 } inner)
            holder = inner;
        string name = random.Pick([.. holder]).Key;
        const string Mark = "the value to replace";
        switch (random.Next(6))
        {
            case 0:
                holder.Remove(name);
                return root.ToJsonString();
            case 1:
                holder[Mark] = holder[name]?.DeepClone();
                return root.ToJsonString().Replace(Mark, random.Chance(0.5) ? JsonEncodedText.Encode(name).ToString() : "\\ud800", StringComparison.Ordinal);
            case 2 when holder[name] is JsonArray array:
                array.Add(Mark);
                break;
            default:
                holder[name] = Mark;
                break;
        }

        return root.ToJsonString().Replace($"\"{Mark}\"", random.Pick(Values), StringComparison.Ordinal);
    }

    private static JsonNode? Parse(byte[] json)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(json, documentOptions: NoRepeats);
            _ = node?.ToJsonString(); // texts are decoded only now
            return node;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null; // changed before: no JSON any more, or with what a JsonNode cannot hold
        }
    }

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);
}
