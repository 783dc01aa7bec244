namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The results of <c>dclassify bench --raw</c>.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Device">What it ran on.</param>
/// <param name="RawByBatch">Rows per second of the bare denoiser, by batch size.</param>
public sealed record RawReport(string Model, string Device, IReadOnlyDictionary<int, double> RawByBatch);
