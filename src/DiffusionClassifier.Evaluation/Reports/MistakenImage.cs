using System.Text.Json.Serialization;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>A misclassified image.</summary>
/// <param name="Index">Its place in the data set.</param>
/// <param name="Name">The file, or the record in a file.</param>
/// <param name="Truth">Its true label.</param>
/// <param name="Prediction">The label that won.</param>
/// <param name="Posterior">Posterior of <paramref name="Prediction"/>.</param>
internal sealed record MistakenImage(int Index, string Name, string Truth, string Prediction, double Posterior)
{
    /// <summary>A small PNG of it as a data URI, only for the page; null if it was not made.</summary>
    [JsonIgnore]
    public string? Thumbnail { get; init; }

    /// <summary>Its file, relative to the report; null if it has none of its own.</summary>
    [JsonIgnore]
    public string? Link { get; init; }
}
