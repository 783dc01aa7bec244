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

    private static ForwardProcess Create(string description, IEnumerable<ProcessStep> steps) =>
        new(PredictionType.Velocity, description, steps);
}
