namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// x = x₀ + σ·ε, the process of EDM (Karras et al. 2022), whose network F sees c_in·x and is told ln(σ)/4; its output is the denoised image
/// D = c_skip·x + c_out·F (NVlabs/edm, training/networks.py <c>EDMPrecond</c>). Stateless.
/// </summary>
public static class Elucidated
{
    private const double MeanLogSigma = -1.2, DeviationOfLogSigma = 1.2; // of σ in training: ibid., training/loss.py EDMLoss

    /// <summary>With the noise levels of training, each as likely as any other.</summary>
    /// <param name="dataDeviation">σ_data, the standard deviation of the pixels that F was scaled for.</param>
    /// <param name="levels">How many levels.</param>
    /// <param name="flipsOutput">Whether c_out has the other sign (<c>prediction_type</c> v_prediction in diffusers).</param>
    public static ForwardProcess Create(double dataDeviation, int levels, bool flipsOutput) => Create(dataDeviation,
        [.. Enumerable.Range(0, levels).Select(
            level => Math.Exp(MeanLogSigma + DeviationOfLogSigma * NormalQuantile.Lower((level + 0.5) / levels)))], flipsOutput);

    /// <inheritdoc cref="Create(double, int, bool)"/>
    /// <param name="dataDeviation">σ_data.</param>
    /// <param name="noiseLevels">σ of each timestep, above zero, ascending.</param>
    /// <param name="flipsOutput">Whether c_out has the other sign.</param>
    public static ForwardProcess Create(double dataDeviation, IReadOnlyList<double> noiseLevels, bool flipsOutput) => new(
        PredictionType.Preconditioned,
        FormattableString.Invariant($"EDM, σ {noiseLevels[0]:0.####} to {noiseLevels[^1]:0.##}, {noiseLevels.Count} levels"),
        noiseLevels.Select(sigma => Step(dataDeviation, sigma, flipsOutput)));

    // ε̂ = (x − D)/σ. With what the network sees, y = c_in·x, and c_in = 1/√(σ² + σ_data²), c_skip = σ_data²·c_in²,
    // c_out = σ·σ_data·c_in: ε̂ = −σ_data·c_in·F + σ·c_in·y.
    private static ProcessStep Step(double dataDeviation, double sigma, bool flipsOutput)
    {
        double scale = 1 / Math.Sqrt(sigma * sigma + dataDeviation * dataDeviation);
        double output = dataDeviation * scale;
        return new ProcessStep(scale, sigma * scale, Math.Log(sigma) / 4, flipsOutput ? output : -output, NoisedFactor: sigma * scale);
    }
}
