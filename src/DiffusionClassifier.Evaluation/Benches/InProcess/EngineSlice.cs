namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>What an engine's device did between two moments.</summary>
/// <param name="Rows">Rows that the denoiser ran.</param>
/// <param name="Runs">Denoiser calls.</param>
/// <param name="Seconds">The time for those, with everything between them.</param>
/// <param name="Bytes">
/// Managed bytes that the device's two threads allocated: scheduling, filling, scoring and building answers, but not accepting requests.
/// </param>
internal readonly record struct EngineSlice(int Rows, int Runs, double Seconds, long Bytes)
{
    public double RowsPerSecond => Rows / Seconds;
}
