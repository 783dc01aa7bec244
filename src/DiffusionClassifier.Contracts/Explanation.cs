namespace DiffusionClassifier.Contracts;

/// <summary>
/// Where the image speaks for the winner: at each position, how much better it predicts the noise there than another label does.
/// </summary>
/// <param name="Label">The winner.</param>
/// <param name="Against">The other label; null: the empty prompt.</param>
/// <param name="Width">Columns of the map.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Trials">Trials that it rests on.</param>
/// <param name="Values">
/// Row by row, the mean over the trials of the other label's squared error minus the winner's: above 0 the image speaks for the winner.
/// </param>
/// <param name="StandardErrors">The standard errors of the values.</param>
/// <param name="Overlay">
/// A PNG file in base64: the image as the model saw it, in gray; red where it speaks for the winner, blue where against.
/// </param>
/// <param name="Timesteps">Each label's error against timestep.</param>
public sealed record Explanation(
    string Label,
    string? Against,
    int Width,
    int Height,
    int Trials,
    IReadOnlyList<double> Values,
    IReadOnlyList<double> StandardErrors,
    ReadOnlyMemory<byte> Overlay,
    IReadOnlyList<TimestepErrors> Timesteps);
