namespace DiffusionClassifier.Core.Scoring;

/// <summary>The β of a posterior and where it came from.</summary>
/// <param name="Preset">The rule that gave it.</param>
/// <param name="Beta">β, above zero; it multiplies the mean error.</param>
public sealed record Sharpness(PosteriorPreset Preset, double Beta)
{
    /// <summary>Whether β was fitted to labeled data: only then are posteriors probabilities that can be trusted.</summary>
    public bool Calibrated => Preset == PosteriorPreset.Fitted;

    /// <summary>
    /// The request's temperature takes precedence, then the preset it names, then the bundle's fitted value, then <see
    /// cref="PosteriorPreset.Paper"/>.
    /// </summary>
    /// <param name="temperature">1/β, above zero, or null.</param>
    /// <param name="preset">The preset that the request names, or null.</param>
    /// <param name="fittedBeta">The bundle's β for the loss in use, or null.</param>
    /// <param name="elements">C·H·W.</param>
    public static Sharpness Resolve(double? temperature, PosteriorPreset? preset, double? fittedBeta, int elements) =>
        (temperature, preset, fittedBeta) switch
        {
            ({ } t, _, _) => new Sharpness(PosteriorPreset.Temperature, 1 / t),
            (_, PosteriorPreset.Mean, _) => new Sharpness(PosteriorPreset.Mean, 1),
            (_, null or PosteriorPreset.Fitted, { } fitted) => new Sharpness(PosteriorPreset.Fitted, fitted),
            _ => new Sharpness(PosteriorPreset.Paper, elements),
        };
}
