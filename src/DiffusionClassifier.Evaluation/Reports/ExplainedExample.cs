using System.Text.Json.Serialization;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>An image with its map.</summary>
/// <param name="Index">Its place in the data set.</param>
/// <param name="Name">The file, or the record in a file.</param>
/// <param name="Label">The label that won.</param>
/// <param name="Against">The label that it was compared with; null: the empty prompt.</param>
/// <param name="Pointed">Whether the map's maximum lies on the object; null: its box is unknown.</param>
internal sealed record ExplainedExample(int Index, string Name, string Label, string? Against, bool? Pointed)
{
    /// <summary>A PNG of the map over the image as a data URI, only for the page; null if it was not made.</summary>
    [JsonIgnore]
    public string? Overlay { get; init; }

    /// <summary>The image's file, relative to the report; null if it has none of its own.</summary>
    [JsonIgnore]
    public string? Link { get; init; }
}
