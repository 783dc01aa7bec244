namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>What one strategy makes of a bank.</summary>
/// <param name="Strategy">The strategy's word.</param>
/// <param name="Settings">Its settings in words.</param>
/// <param name="Top1">The share of pictures whose true label won.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="RowsPerImage">Rows for a picture, on average.</param>
/// <param name="AgreementWithFixed">The share of pictures with the same answer as all labels on all trials.</param>
internal sealed record StrategyScore(
    string Strategy, string Settings, double Top1, double StandardError, double RowsPerImage, double AgreementWithFixed);
