namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>What one strategy does on a bank.</summary>
/// <param name="Strategy">The strategy's word.</param>
/// <param name="Settings">Its settings in words.</param>
/// <param name="Top1">The share of images whose true label won.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Top1Interval">Of <paramref name="Top1"/>.</param>
/// <param name="RowsPerImage">Rows per image, on average.</param>
/// <param name="AgreementWithFixed">The share of images with the same answer as all labels on all trials.</param>
/// <param name="AgreementInterval">Of <paramref name="AgreementWithFixed"/>.</param>
internal sealed record StrategyScore(
    string Strategy,
    string Settings,
    double Top1,
    double StandardError,
    Interval Top1Interval,
    double RowsPerImage,
    double AgreementWithFixed,
    Interval AgreementInterval);
