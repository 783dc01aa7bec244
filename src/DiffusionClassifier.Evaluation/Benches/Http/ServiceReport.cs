namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>
/// The results of <c>dclassify bench</c>. Rates are rows per second at <paramref name="Bucket"/>, medians of their slices; intervals are
/// 95%, from order statistics.
/// </summary>
/// <param name="Raw">The bare denoiser.</param>
/// <param name="Service">The service over HTTP, backlogged by <paramref name="Clients"/> clients.</param>
/// <param name="Ratio">Service over raw, the median of the ratios of neighboring slices.</param>
/// <param name="RatioInterval">Its interval.</param>
/// <param name="MeanBatchFill">The share of rows, not padding, in the service's batches.</param>
/// <param name="Engine">The engine alone, in this process.</param>
/// <param name="EngineRatio">Engine over raw.</param>
/// <param name="EngineRatioInterval">Its interval.</param>
/// <param name="AllocatedBytesPerRun">
/// Managed bytes that the engine's two device threads allocate per denoiser call while requests run: the median slice.
/// </param>
/// <param name="MeanAllocatedBytesPerRun">
/// The same over all slices, with what beginning and answering requests takes; a short bench may have seen no request end.
/// </param>
/// <param name="RawByBatch">The bare denoiser by batch size.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="Bucket">The batch size at which raw is fastest.</param>
/// <param name="Clients">Clients, each of which always waits for an answer.</param>
/// <param name="Slices">The number of pairs of slices behind the service's ratio.</param>
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
    double MeanAllocatedBytesPerRun,
    IReadOnlyDictionary<int, double> RawByBatch,
    string Model,
    int Bucket,
    int Clients,
    int Slices);
