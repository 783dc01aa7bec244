using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Models;

/// <summary>
/// What the rows of one request are made of: everything that a device needs besides the numbers in a row itself. Immutable.
/// </summary>
/// <param name="Latent">x₀.</param>
/// <param name="Conditionings">One for each prompt.</param>
/// <param name="Trials">Timestep and noise at each position.</param>
/// <param name="Noise">ε by its number.</param>
/// <param name="Process">How much of each is in a noised latent, and what the output says of the noise.</param>
/// <param name="Loss">What is measured between true and predicted noise.</param>
internal sealed record RowInputs(Latent Latent, IReadOnlyList<Conditioning> Conditionings, TrialPlan Trials, INoiseSource Noise,
    ForwardProcess Process, PredictionLoss Loss)
{
    /// <summary>Where the errors of each row are kept place by place; null: nowhere.</summary>
    public ErrorMaps? Maps { get; init; }

    /// <summary>The class that a prompt of a class-conditional model is.</summary>
    public int ClassOf(int prompt) => (int)((ClassConditioning)Conditionings[prompt]).ClassId;
}
