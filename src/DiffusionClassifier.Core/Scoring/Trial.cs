namespace DiffusionClassifier.Core.Scoring;

/// <summary>One Monte-Carlo draw of the ELBO: which noise, at which timestep. All labels of a request share it.</summary>
/// <param name="NoiseIndex">The index into the request's <see cref="Diffusion.INoiseSource"/>.</param>
/// <param name="Timestep">t, 0…T−1.</param>
public readonly record struct Trial(int NoiseIndex, int Timestep);
