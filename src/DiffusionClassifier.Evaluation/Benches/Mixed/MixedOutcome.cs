namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>What happened in one situation.</summary>
/// <param name="Latencies">Seconds of every small request; infinity: no answer.</param>
/// <param name="BigRates">Rows per second of every large request.</param>
/// <param name="RowsPerSecond">Of all requests.</param>
internal sealed record MixedOutcome(IReadOnlyList<double> Latencies, IReadOnlyList<double> BigRates, double RowsPerSecond);
