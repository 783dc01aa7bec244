using DiffusionClassifier.Evaluation.Presets;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>Images with their true classes. Immutable.</summary>
/// <param name="Kind">The word before the colon of <c>--data</c>.</param>
/// <param name="Name">The path's last part.</param>
/// <param name="Classes">Names of the classes in the data set (folders, words of a table); null if it only numbers them.</param>
/// <param name="ClassCount">How many classes there are.</param>
/// <param name="Images">At least one.</param>
public sealed record DataSet(string Kind, string Name, IReadOnlyList<string>? Classes, int ClassCount, IReadOnlyList<LabelledImage> Images)
{
    /// <summary>Names the data set in reports and settings, without the folders of this machine.</summary>
    public string Title => $"{Kind}:{Name}";

    /// <summary>The preset that names the classes, for a data set that only numbers them; null if there is none.</summary>
    internal Preset? OwnPreset => Classes is null && PresetLibrary.Names.Contains(Kind) ? PresetLibrary.Find(Kind) : null;
}
