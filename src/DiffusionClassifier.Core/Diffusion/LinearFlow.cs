namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// x_σ = (1−σ)·x₀ + σ·ε, a rectified flow (Liu et al. 2023), whose denoiser predicts a velocity. Errors are those of the velocity, which is
/// what such models were trained on; those of ε̂ would be (1−σ)² times as large, and nothing where all is noise. Stateless.
/// </summary>
public static class LinearFlow
{
    private const int Grid = 1_000; // levels that trials are drawn from, as many as models with a table have timesteps

    /// <summary>
    /// SiT's way (Ma et al. 2024, transport/path.py <c>ICPlan</c>): the denoiser is told the share of the image, t = 1−σ in [0, 1], and
    /// predicts x₀ − ε. Its levels were drawn evenly in training.
    /// </summary>
    public static ForwardProcess TowardsData() => TowardsData([.. Enumerable.Range(0, Grid).Select(level => (level + 0.5) / Grid)]);

    /// <inheritdoc cref="TowardsData()"/>
    /// <param name="noiseLevels">σ of each timestep, in (0, 1], ascending.</param>
    public static ForwardProcess TowardsData(IReadOnlyList<double> noiseLevels) => Create(
        FormattableString.Invariant($"linear path towards the data, {noiseLevels.Count} levels"),
        noiseLevels.Select(sigma => new ProcessStep(1 - sigma, sigma, 1 - sigma, OutputFactor: -1, LatentFactor: 1)));

    /// <summary>
    /// The way of Stable Diffusion 3 (Esser et al. 2024) and FLUX (diffusers, scheduling_flow_match_euler_discrete.py
    /// <c>scale_noise</c>): the denoiser is told σ, in a measure of its own, and predicts ε − x₀.
    /// </summary>
    /// <param name="noiseLevels">σ of each timestep, in (0, 1], ascending.</param>
    /// <param name="timestepScale">What σ is multiplied by before the denoiser is told it: 1000, or 1.</param>
    public static ForwardProcess TowardsNoise(IReadOnlyList<double> noiseLevels, double timestepScale) => Create(
        FormattableString.Invariant($"linear path towards noise, {noiseLevels.Count} levels, told {timestepScale}·σ"),
        noiseLevels.Select(sigma => new ProcessStep(1 - sigma, sigma, timestepScale * sigma, OutputFactor: 1, LatentFactor: 1)));

    /// <summary>
    /// Evenly spaced levels u = 1/N … 1, shifted towards noise as larger images need it: σ = s·u/(1 + (s−1)·u) (Esser et al. 2024, eq. 23).
    /// </summary>
    /// <param name="count">N.</param>
    /// <param name="shift">s, above 0; 1 leaves them as they are.</param>
    public static IReadOnlyList<double> Shifted(int count, double shift) =>
        [.. Enumerable.Range(1, count).Select(level => (double)level / count).Select(u => shift * u / (1 + (shift - 1) * u))];

    private static ForwardProcess Create(string description, IEnumerable<ProcessStep> steps) =>
        new(PredictionType.Velocity, description, steps);
}
