namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>What became of the bare denoiser's speed inside the engine.</summary>
/// <param name="RowsPerSecond">Of the engine, the median of its slices.</param>
/// <param name="Ratio">Engine over raw, from neighbouring slices.</param>
/// <param name="AllocatedBytesPerRun">Managed bytes that the device's two threads allocate per denoiser call.</param>
internal sealed record EngineOutcome(double RowsPerSecond, Median Ratio, double AllocatedBytesPerRun);
