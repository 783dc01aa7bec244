namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Draws that were chosen one by one on labeled images, so that the mean error over the first k of them tells classes apart as well as any
/// k found; and β for that mean. Immutable.
/// </summary>
public sealed record ChosenDraws
{
    /// <param name="seed">Seed of the noise: with another one, the draws are others.</param>
    /// <param name="trials">Timestep and number of the noise of each draw, the best first; at least one.</param>
    /// <param name="betas">β of the mean over the first 1, 2, 3 … draws, above 0.</param>
    /// <exception cref="ArgumentException">There is no draw, or not a β for each.</exception>
    public ChosenDraws(ulong seed, IEnumerable<Trial> trials, IEnumerable<double> betas)
    {
        (Seed, Trials, Betas) = (seed, [.. trials], [.. betas]);
        if (Trials.Count == 0 || Trials.Count != Betas.Count)
        {
            throw new ArgumentException(
                $"{Trials.Count} draws have {Betas.Count} temperatures; there must be a draw, and a temperature for each.");
        }

        if (Trials.Any(trial => trial.Timestep < 0 || trial.NoiseIndex < 0) || Betas.Any(beta => !(beta > 0 && double.IsFinite(beta))))
            throw new ArgumentException("Timesteps and numbers of noise must be at least 0, temperatures above 0.");
    }

    /// <summary>Seed of the noise.</summary>
    public ulong Seed { get; }

    /// <summary>The draws, the best first.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>β of the mean over the first 1, 2, 3 … of them.</summary>
    public IReadOnlyList<double> Betas { get; }
}
