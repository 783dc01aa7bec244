using System.Text.Json;
using System.Text.Json.Nodes;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>What keeps a run from resuming another one.</summary>
internal static class SettingsDifference
{
    private const int LongestValue = 60; // characters of a setting in a message

    /// <summary>The first setting that differs, as words: "trials = 64; this one has 16"; null if none does.</summary>
    public static string? Find(JsonObject stored, JsonObject now)
    {
        string[] names = [.. now.Select(pair => pair.Key).Union(stored.Select(pair => pair.Key))];
        if (names.FirstOrDefault(name => Text(stored[name]) != Text(now[name])) is not { } different)
            return null;
        return stored[different] is JsonObject before && now[different] is JsonObject after
            ? Find(before, after)
            : $"{different} = {Short(Text(stored[different]))}; this one has {Short(Text(now[different]))}";
    }

    /// <summary>An object's settings one by one.</summary>
    public static JsonObject Of<T>(T settings) => (JsonObject)JsonSerializer.SerializeToNode(settings, AnswerJson.Options)!;

    private static string Text(JsonNode? node) => node?.ToJsonString(AnswerJson.Options) ?? "null";

    private static string Short(string text) => text.Length <= LongestValue ? text : $"{text[..LongestValue]}…";
}
