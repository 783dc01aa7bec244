namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>
/// How small requests fared alongside large ones. Times are in seconds, from when a request was due; null: it was not answered during the
/// measurement.
/// </summary>
/// <param name="Policy">The sharing policy: <c>fair</c>, <c>fifo</c> or <c>round-robin</c>.</param>
/// <param name="Big">Large requests that never end, each from a tenant of its own.</param>
/// <param name="P50">The median of all small requests; those without an answer count as the slowest.</param>
/// <param name="P99">Their 99th percentile; with fewer than a hundred, the slowest.</param>
/// <param name="IsolatedP99">The 99th percentile of the same requests, one at a time with no other load, under the same policy.</param>
/// <param name="Slowdown"><paramref name="P99"/> over <paramref name="IsolatedP99"/>.</param>
/// <param name="Jain">Jain's index of the rows that the large ones got; null if there is none.</param>
/// <param name="RowsPerSecond">Of all requests together.</param>
/// <param name="Sent">Small requests sent.</param>
/// <param name="Answered">Those that were answered.</param>
public sealed record MixedResult(
    string Policy,
    int Big,
    double? P50,
    double? P99,
    double IsolatedP99,
    double? Slowdown,
    double? Jain,
    double RowsPerSecond,
    int Sent,
    int Answered);
