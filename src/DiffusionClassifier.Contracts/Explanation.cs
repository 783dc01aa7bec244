namespace DiffusionClassifier.Contracts;

/// <summary>
/// Where the image speaks for the winner: at each place of the model's latent, how much worse the noise was predicted when the model was
/// told the other label, on the trials that ran anyway.
/// </summary>
/// <param name="Label">The winner.</param>
/// <param name="Against">The label it is compared with; null: the empty prompt.</param>
/// <param name="Width">Columns of the map.</param>
/// <param name="Height">Rows of the map.</param>
/// <param name="Trials">Trials that both labels ran and whose maps were kept.</param>
/// <param name="Values">
/// Width·Height numbers, row by row: the mean over the trials of the other label's squared error minus the winner's, each the mean over the
/// latent's channels. Above 0, the image speaks for the winner there. With the loss <c>l2</c> their mean is the margin between the two.
/// </param>
/// <param name="StandardErrors">The standard error of each value, from the spread over the trials; null for a single trial.</param>
/// <param name="Overlay">
/// A PNG: the image as the model saw it, in grey, red where it speaks for the winner and blue where it speaks for the other label, after
/// the values were smoothed over a sixteenth of the map's side. In base64.
/// </param>
/// <param name="Timesteps">The errors of the labels against the timestep, the winner's first; at most those of the 20 best.</param>
public sealed record Explanation(
    string Label,
    string? Against,
    int Width,
    int Height,
    int Trials,
    IReadOnlyList<float> Values,
    IReadOnlyList<float>? StandardErrors,
    ReadOnlyMemory<byte> Overlay,
    IReadOnlyList<TimestepCurve> Timesteps);
