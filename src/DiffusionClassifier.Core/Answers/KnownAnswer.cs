using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Answers;

/// <summary>A whole answer, which others who ask the same can have as well. Immutable.</summary>
/// <param name="Result">The answer.</param>
/// <param name="Scores">The errors behind it.</param>
public sealed record KnownAnswer(ClassificationResult Result, ScoresView Scores)
{
    // Bytes, about, of the objects that an answer is made of.
    private const int Fixed = 2_000, PerLabel = 300, PerCharacter = 2, PerPoint = 80;

    /// <summary>Bytes of memory that it takes, about.</summary>
    public long Bytes =>
        Fixed + Scores.Bytes + Result.Labels.Sum(BytesOf) + (Result.Explanation is { } explanation ? BytesOf(explanation) : 0);

    private static long BytesOf(Explanation explanation) => explanation.Overlay.Length
        + sizeof(float) * (long)(explanation.Values.Count + (explanation.StandardErrors?.Count ?? 0))
        + PerPoint * explanation.Timesteps.Sum(curve => (long)curve.Points.Count);

    private static long BytesOf(LabelResult label) =>
        PerLabel + PerCharacter * (long)(label.Label.Length + (label.Prompts?.Sum(prompt => prompt.Length) ?? 0));

    /// <summary>The answer to another request, which cost nothing but time.</summary>
    /// <param name="id">Of that request: logs and traces have it under this name.</param>
    /// <param name="elapsed">Since that request came.</param>
    internal ClassificationResult For(string id, TimeSpan elapsed) => Result with
    {
        Id = id,
        Cost = new CostSummary(0, Result.Cost.FixedRows, 0, 0, 0, elapsed.TotalSeconds) { Cached = true },
    };
}
