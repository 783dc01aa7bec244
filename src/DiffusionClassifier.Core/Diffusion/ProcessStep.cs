namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// One timestep of a forward process: x_t = a·x₀ + b·ε, and the noise that the denoiser's output implies, ε̂ = f·output + g·x_t + h·x₀.
/// </summary>
/// <param name="SignalRate">a, the share of the image.</param>
/// <param name="NoiseRate">b, the share of the noise.</param>
/// <param name="ModelTimestep">What the denoiser is told: a whole number, or a noise level in whatever measure it was trained on.</param>
/// <param name="OutputFactor">f; at 0 the output counts for nothing, and every label has the same error.</param>
/// <param name="NoisedFactor">g.</param>
/// <param name="LatentFactor">h; not 0 where errors are those of a velocity, which is compared as ε̂ with the true x₀ in its place.</param>
public readonly record struct ProcessStep(double SignalRate, double NoiseRate, double ModelTimestep, double OutputFactor,
    double NoisedFactor = 0, double LatentFactor = 0);
