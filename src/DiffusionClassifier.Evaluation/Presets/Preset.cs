namespace DiffusionClassifier.Evaluation.Presets;

/// <summary>
/// A data set of the paper: its classes, the settings of the reference's command, and the numbers to compare with. Immutable.
/// </summary>
public sealed record Preset
{
    /// <summary>The word for <c>--preset</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The data set's name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Names of the classes in the data set's own order; none if they must come from the data set.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>What a prompt says for a class, if that is not its name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>The source of names and settings, and what a user must add.</summary>
    public required string Note { get; init; }

    /// <summary>Settings for a model that reads text; null: its own defaults.</summary>
    public PresetRun? TextConditional { get; init; }

    /// <summary>Settings for a model with fixed classes; null: its own defaults.</summary>
    public PresetRun? ClassConditional { get; init; }

    /// <summary>Published results on the data set.</summary>
    public IReadOnlyList<PublishedResult> Published { get; init; } = [];

    /// <summary>The text that stands for a class in a prompt.</summary>
    public string TextOf(string name) => Texts.GetValueOrDefault(name, name);
}
