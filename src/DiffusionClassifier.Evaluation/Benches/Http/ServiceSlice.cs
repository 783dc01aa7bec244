namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>What a backlogged service did between two moments.</summary>
/// <param name="Rows">Its counts.</param>
/// <param name="Seconds">The time for those.</param>
internal readonly record struct ServiceSlice(RowCounts Rows, double Seconds)
{
    public double RowsPerSecond => Rows.Run / Seconds;
}
