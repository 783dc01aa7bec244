namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>What is left of the bare denoiser's speed in the engine.</summary>
/// <param name="RowsPerSecond">The engine's, as the median of its slices.</param>
/// <param name="Ratio">Engine over raw, from neighboring slices.</param>
/// <param name="AllocatedBytesPerRun">Managed bytes that the device's two threads allocate per denoiser call.</param>
internal sealed record EngineOutcome(double RowsPerSecond, Median Ratio, double AllocatedBytesPerRun);
