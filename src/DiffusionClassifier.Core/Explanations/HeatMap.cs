namespace DiffusionClassifier.Core.Explanations;

/// <summary>How much worse one label's errors were than the winner's, at each place of the latent.</summary>
/// <param name="Against">The label; null: the empty prompt.</param>
/// <param name="Trials">Trials that it is the mean of.</param>
/// <param name="Values">H·W differences of squared errors.</param>
/// <param name="StandardErrors">Of each; null for a single trial.</param>
internal sealed record HeatMap(int? Against, int Trials, float[] Values, float[]? StandardErrors);
