namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>What is left of the bare denoiser's speed in the engine.</summary>
/// <param name="RowsPerSecond">The engine's, as the median of its slices.</param>
/// <param name="Ratio">Engine over raw, from neighboring slices.</param>
/// <param name="AllocatedBytesPerRun">
/// Managed bytes that the device's two threads allocate per denoiser call: the median slice, in which no request begins or is answered.
/// </param>
/// <param name="MeanAllocatedBytesPerRun">The same over all slices, with what beginning and answering requests takes.</param>
internal sealed record EngineOutcome(
    double RowsPerSecond, Median Ratio, double AllocatedBytesPerRun, double MeanAllocatedBytesPerRun);
