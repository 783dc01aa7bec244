using System.Text.Json.Serialization;
using DiffusionClassifier.Core.Explanations;

namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>The part of an image's line in results.jsonl that is about its explanation.</summary>
/// <param name="Against">The label that the winner was compared with; null: the empty prompt.</param>
/// <param name="ImageWidth">Of the file, in pixels.</param>
/// <param name="ImageHeight">Of the file, in pixels.</param>
/// <param name="Width">Columns of the map.</param>
/// <param name="Height">Rows of the map.</param>
/// <param name="Trials">That the map is the mean of.</param>
/// <param name="Values">Of the map, as in an answer.</param>
/// <param name="Rows">Rows that the curves cost.</param>
/// <param name="Curves">Of each map; none if no pixels were changed.</param>
internal sealed record ExplainedImage(
    string? Against,
    int ImageWidth,
    int ImageHeight,
    int Width,
    int Height,
    int Trials,
    IReadOnlyList<float> Values,
    int Rows,
    IReadOnlyList<MapCurves> Curves)
{
    /// <summary>The explanation, and what it is compared with.</summary>
    public static readonly IReadOnlyList<string> MapNames = ["explanation", "random", "center"];

    /// <summary>The explanation as an answer shows it.</summary>
    [JsonIgnore]
    public PixelMap Map => new(Width, Height, SmoothMap.Of(Values, Width, Height));

    /// <summary>The maps in the order of their names.</summary>
    /// <param name="seed">Of the random one.</param>
    public IReadOnlyList<PixelMap> Maps(ulong seed) =>
        [Map, PixelMap.Random(Width, Height, seed), PixelMap.Center(Width, Height)];
}
