using System.Numerics.Tensors;

namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// How images became noise in a model's training, and what its output says of that noise: a table of t = 0…T−1, from little noise to much.
/// Families of models differ in the table alone. Immutable; in double, as in half precision 1−ᾱ₀ is already off by 15%.
/// </summary>
public sealed class ForwardProcess
{
    private readonly ProcessStep[] _steps;

    /// <param name="prediction">What the denoiser's output means.</param>
    /// <param name="description">The process in a few words, for whoever exported the model.</param>
    /// <param name="steps">At least one, the noise growing.</param>
    /// <exception cref="InvalidDataException">No noise can be told from the output at some timestep.</exception>
    public ForwardProcess(PredictionType prediction, string description, IEnumerable<ProcessStep> steps)
    {
        (Prediction, Description, _steps) = (prediction, description, [.. steps]);
        ArgumentOutOfRangeException.ThrowIfZero(_steps.Length, nameof(steps));
        int bad = Array.FindIndex(_steps, step => !double.IsFinite(step.OutputFactor) || !double.IsFinite(step.NoisedFactor));
        if (bad >= 0)
            throw new InvalidDataException($"At timestep {bad} the output says nothing of the noise: there is none ({description}).");
    }

    /// <summary>What the denoiser's output means.</summary>
    public PredictionType Prediction { get; }

    /// <summary>The process in a few words.</summary>
    public string Description { get; }

    /// <summary>The table of betas that it was made of; null where it is none that preserves the variance.</summary>
    public NoiseSchedule? Schedule { get; init; }

    /// <summary>T: valid timesteps are 0…T−1.</summary>
    public int Timesteps => _steps.Length;

    /// <summary>Whether the denoiser is told whole numbers only.</summary>
    public bool HasWholeTimesteps => Array.TrueForAll(_steps, step => double.IsInteger(step.ModelTimestep));

    /// <summary>The step of a timestep.</summary>
    public ProcessStep this[int timestep] => _steps[timestep];

    /// <summary>Writes x_t. All three spans have the same length; nothing is allocated.</summary>
    public void AddNoise(ReadOnlySpan<float> latent, ReadOnlySpan<float> noise, int timestep, Span<float> destination)
    {
        TensorPrimitives.Multiply(latent, (float)_steps[timestep].SignalRate, destination);
        TensorPrimitives.MultiplyAdd(noise, (float)_steps[timestep].NoiseRate, destination, destination);
    }

    /// <summary>Rewrites a denoiser's output to ε̂ in place. All three spans have the same length; nothing is allocated.</summary>
    /// <param name="timestep">t.</param>
    /// <param name="output">One row of the output.</param>
    /// <param name="noised">x_t of the same row.</param>
    /// <param name="latent">x₀.</param>
    public void ToEpsilon(int timestep, Span<float> output, ReadOnlySpan<float> noised, ReadOnlySpan<float> latent)
    {
        ProcessStep step = _steps[timestep];
        if (step.OutputFactor != 1)
            TensorPrimitives.Multiply(output, (float)step.OutputFactor, output);
        if (step.NoisedFactor != 0)
            TensorPrimitives.MultiplyAdd(noised, (float)step.NoisedFactor, output, output);
        if (step.LatentFactor != 0)
            TensorPrimitives.MultiplyAdd(latent, (float)step.LatentFactor, output, output);
    }
}
