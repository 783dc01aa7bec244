namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>The results of <c>dclassify bench --mixed</c>.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Bucket">The largest batch.</param>
/// <param name="Capacity">Rows per second that the engine reaches with large requests alone.</param>
/// <param name="SmallRows">Rows of a small request.</param>
/// <param name="SmallRate">Small requests per second.</param>
/// <param name="Results">One for each policy and number of large requests.</param>
public sealed record MixedReport(
    string Model, int Bucket, double Capacity, int SmallRows, double SmallRate, IReadOnlyList<MixedResult> Results);
