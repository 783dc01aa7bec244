namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>The part of a report that judges explanations. Immutable.</summary>
/// <param name="Images">How many images have an explanation.</param>
/// <param name="WithBox">How many of them have a box of the object that the winner names: the pointing rests on these.</param>
/// <param name="RowsPerImage">Rows that the curves of an image cost, besides its answer.</param>
/// <param name="Scores">One for each kind of map, the explanation's first.</param>
/// <param name="Examples">Images with their maps, those that point beside the object first.</param>
internal sealed record ExplanationReport(
    int Images, int WithBox, double RowsPerImage, IReadOnlyList<ExplanationScore> Scores, IReadOnlyList<ExplainedExample> Examples);
