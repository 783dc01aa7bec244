namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>
/// What <c>dclassify bench</c> found out. Rates are rows per second at <paramref name="Bucket"/>, medians of their slices; intervals are 95
/// %, from order statistics.
/// </summary>
/// <param name="Raw">The bare denoiser.</param>
/// <param name="Service">The service over HTTP, backlogged by <paramref name="Clients"/> clients.</param>
/// <param name="Ratio">Service over raw, the median of the ratios of neighbouring slices.</param>
/// <param name="RatioInterval">Its interval.</param>
/// <param name="MeanBatchFill">The part of the service's batches that was rows, not padding.</param>
/// <param name="Engine">The engine alone, in this process.</param>
/// <param name="EngineRatio">Engine over raw.</param>
/// <param name="EngineRatioInterval">Its interval.</param>
/// <param name="AllocatedBytesPerRun">
/// Managed bytes that the engine's two device threads allocate per denoiser call, answers included.
/// </param>
/// <param name="RawByBatch">The bare denoiser by batch size.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="Bucket">The batch size at which raw is fastest.</param>
/// <param name="Clients">Clients that always wait for an answer.</param>
/// <param name="Slices">How many pairs of slices the service's ratio is from.</param>
public sealed record ServiceReport(
    double Raw,
    double Service,
    double Ratio,
    IReadOnlyList<double> RatioInterval,
    double MeanBatchFill,
    double Engine,
    double EngineRatio,
    IReadOnlyList<double> EngineRatioInterval,
    double AllocatedBytesPerRun,
    IReadOnlyDictionary<int, double> RawByBatch,
    string Model,
    int Bucket,
    int Clients,
    int Slices);
