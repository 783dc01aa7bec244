using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Presets;

/// <summary>The presets that ship with the program as JSON files, and any other such file.</summary>
public static class PresetLibrary
{
    private const string Extension = ".json";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "presets");

    public static IReadOnlyList<string> Names => Directory.Exists(Folder)
        ?
        [
            .. Directory.EnumerateFiles(Folder, $"*{Extension}")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Order(StringComparer.Ordinal),
        ]
        : [];

    /// <summary>The preset of that name, or in that file; null for null.</summary>
    /// <exception cref="EvaluationException">There is none, or its file is damaged.</exception>
    public static Preset? Find(string? name)
    {
        if (name is null)
            return null;
        if (name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(name))
            return Load(name);
        if (Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found)
            return Load(Path.Combine(Folder, found + Extension));
        string hint = NearestName.Hint(name, Names);
        throw new EvaluationException($"There is no preset '{name}'.{hint} There are: {string.Join(", ", Names)}; or name a JSON file.");
    }

    private static Preset Load(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Preset>(File.ReadAllBytes(file), AnswerJson.Options)
                ?? throw new JsonException("It is empty.");
        }
        catch (JsonException exception)
        {
            throw new EvaluationException($"--preset: {file} is not a preset: {exception.Message}");
        }
    }
}
