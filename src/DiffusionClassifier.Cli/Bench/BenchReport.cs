namespace DiffusionClassifier.Cli.Bench;

/// <summary>What <c>dclassify bench</c> found out.</summary>
/// <param name="Raw">Rows per second of the bare denoiser, by batch size.</param>
/// <param name="Engine">Rows per second of the whole engine at <paramref name="Bucket"/>, the median of its slices.</param>
/// <param name="Ratio">Engine over raw, the median of the pairwise ratios.</param>
/// <param name="RatioInterval">Its 95 % interval, from order statistics.</param>
/// <param name="AllocatedBytesPerRun">Managed bytes that the device's thread allocates per denoiser call, scheduling and answers included.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="Bucket">The batch size at which raw is fastest, and at which both were compared.</param>
/// <param name="Slices">How many pairs of slices were compared.</param>
internal sealed record BenchReport(
    IReadOnlyDictionary<int, double> Raw,
    double Engine,
    double Ratio,
    IReadOnlyList<double> RatioInterval,
    double AllocatedBytesPerRun,
    string Model,
    int Bucket,
    int Slices);
