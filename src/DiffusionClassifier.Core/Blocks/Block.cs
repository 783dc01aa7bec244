namespace DiffusionClassifier.Core.Blocks;

/// <summary>
/// A part of a job's rows that one replica runs: some prompts on some trials that follow each other. What it needs to know beside this is
/// the request and the latent: noise depends on seed and trial alone. Immutable.
/// </summary>
/// <param name="Prompts">Numbers of the prompts in the request's settings, ascending; at least one.</param>
/// <param name="From">The first trial's position in the running order.</param>
/// <param name="Trials">How many trials, at least 1.</param>
public sealed record Block(IReadOnlyList<int> Prompts, int From, int Trials)
{
    /// <summary>Errors: evaluations of the denoiser, unless one is for all classes.</summary>
    public int Rows => Prompts.Count * Trials;
}
