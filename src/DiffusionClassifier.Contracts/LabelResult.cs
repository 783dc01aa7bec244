namespace DiffusionClassifier.Contracts;

/// <summary>What is known about one label.</summary>
/// <param name="Label">The label as the request wrote it.</param>
/// <param name="Prompts">The prompts that stood for it in a text-conditional model, else null.</param>
/// <param name="Prior">Its prior probability; all priors sum to 1.</param>
/// <param name="Elbo">
/// −C·H·W·<paramref name="MeanError"/>, the paper's −E‖ε−ε̂‖²; null for losses other than l2 and for weightings other than
/// uniform.
/// </param>
/// <param name="MeanError">
/// Mean loss per element between true and predicted noise, over all trials, weighted by timestep as the answer says; smaller is better. Of
/// an eliminated label: the winner's, plus the paired difference on the trials that both have seen.
/// </param>
/// <param name="StandardError">
/// Standard error of the paired difference of mean errors to the winner; null for the winner and for a single trial.
/// </param>
/// <param name="Evaluations">How many rows (denoiser evaluations) it cost.</param>
/// <param name="EliminatedAt">The number of trials after which it was eliminated, else null.</param>
/// <param name="Posterior">
/// Its posterior probability; all posteriors sum to 1. A label that was eliminated enters with the winner's mean error plus their
/// difference on the trials that both have: means over different timesteps cannot be compared.
/// </param>
public sealed record LabelResult(
    string Label,
    IReadOnlyList<string>? Prompts,
    double Prior,
    double? Elbo,
    double MeanError,
    double? StandardError,
    int Evaluations,
    int? EliminatedAt,
    double Posterior);
