namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The results of <c>dclassify bench --raw</c>: the bare denoiser, at each batch size that its calls allow in the time.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Device">What it ran on.</param>
/// <param name="LoadSeconds">From its files to a model.</param>
/// <param name="WarmUpSeconds">All sizes' first calls, which plan memory, choose kernels and capture graphs.</param>
/// <param name="RawByBatch">Rows per second by batch size, one size after the other.</param>
/// <param name="RawInTurns">
/// Rows per second by batch size while every call has another size than the one before, as in a server: less, where a device starts anew
/// at each change.
/// </param>
/// <param name="LeftOut">Batch sizes whose calls are too long for the time.</param>
public sealed record RawReport(
    string Model,
    string Device,
    double LoadSeconds,
    double WarmUpSeconds,
    IReadOnlyDictionary<int, double> RawByBatch,
    IReadOnlyDictionary<int, double> RawInTurns,
    IReadOnlyList<int> LeftOut);
