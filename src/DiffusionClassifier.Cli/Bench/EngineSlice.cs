namespace DiffusionClassifier.Cli.Bench;

/// <summary>What the engine's device thread did between two moments.</summary>
/// <param name="Rows">Rows that the denoiser ran.</param>
/// <param name="Runs">Denoiser calls.</param>
/// <param name="Seconds">The time for those, with everything between them.</param>
/// <param name="Bytes">Managed bytes that the thread allocated.</param>
internal readonly record struct EngineSlice(int Rows, int Runs, double Seconds, long Bytes)
{
    public double RowsPerSecond => Rows / Seconds;
}
