using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>The folder of <c>--out</c>: the settings of a run, its results so far, its report.</summary>
internal sealed class RunFolder
{
    /// <summary>One line for each result.</summary>
    public const string ResultsFile = "results.jsonl";

    private const string SettingsFile = "settings.json";

    private RunFolder(string path, JsonObject settings) => (Path, Settings) = (path, settings);

    public string Path { get; }

    public JsonObject Settings { get; }

    /// <summary>Starts a run in a folder, or resumes one.</summary>
    /// <exception cref="EvaluationException">The folder holds a run with other settings, or cannot be written.</exception>
    public static RunFolder Open(string path, JsonObject settings)
    {
        ResultFolder.Create(path);
        var folder = new RunFolder(path, settings);
        string file = folder.File(SettingsFile);
        if (System.IO.File.Exists(file))
            RequireSame(path, file, settings);
        else
            AtomicFile.WriteText(file, settings.ToJsonString(AnswerJson.Indented)); // because half a file would be refused from then on
        return folder;
    }

    /// <summary>Includes the results of other shards of the same run.</summary>
    /// <param name="folders">Their folders.</param>
    /// <param name="log">This folder's results.</param>
    /// <exception cref="EvaluationException">A folder has no run, or one with other settings.</exception>
    public void Join<T>(IEnumerable<string> folders, ResultLog<T> log) where T : class
    {
        foreach (string other in folders)
        {
            string settings = System.IO.Path.Combine(other, SettingsFile), results = System.IO.Path.Combine(other, ResultsFile);
            if (!System.IO.File.Exists(settings) || !System.IO.File.Exists(results))
                throw new EvaluationException($"--join: {other} holds no run: name the --out folder of a shard.");
            RequireSame(other, settings, Settings);
            log.TakeFrom(results);
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    private static void RequireSame(string path, string file, JsonObject settings)
    {
        JsonObject stored;
        try
        {
            stored = JsonNode.Parse(System.IO.File.ReadAllBytes(file)) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException exception)
        {
            throw new EvaluationException($"{file} is damaged ({exception.Message}): choose another --out.");
        }

        if (SettingsDifference.Find(stored, settings) is { } difference)
        {
            throw new EvaluationException(
                $"{path} holds a run with {difference}: give the same settings to continue, or choose another --out.");
        }
    }
}
