namespace DiffusionClassifier.Contracts;

/// <summary>How mean errors became posteriors: p = softmax(log prior − β·meanError).</summary>
/// <param name="Preset">The rule that gave β.</param>
/// <param name="Beta">β, above zero.</param>
/// <param name="Calibrated">Whether β was fitted to labeled data, and there are several labels to tell apart.</param>
public sealed record PosteriorSummary(PosteriorPreset Preset, double Beta, bool Calibrated);
