using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Blocks;

/// <summary>What a replica made of a <see cref="Block"/>.</summary>
/// <param name="Errors">
/// The error of each row, unweighted: all trials of the block's first prompt, then of the second …; <see cref="Block.Rows"/> numbers.
/// </param>
/// <param name="Latent">The image as the block's rows saw it, for the blocks that follow.</param>
/// <param name="SamePrompts">Of each of the block's prompts the first one that is the same to the model; null: all differ.</param>
/// <param name="Warnings">What the client should know of its image file and of the block's prompts.</param>
/// <param name="Compute">Device time.</param>
/// <param name="Batches">Calls of the denoiser that held rows of it.</param>
public sealed record BlockOutcome(
    double[] Errors, Latent Latent, IReadOnlyList<int>? SamePrompts, IReadOnlyList<string> Warnings, TimeSpan Compute, int Batches)
{
    /// <param name="job">The block's own job; answered.</param>
    /// <param name="block">Its rows.</param>
    internal static BlockOutcome Of(ClassificationJob job, Block block)
    {
        var errors = new double[block.Rows];
        for (int prompt = 0; prompt < block.Prompts.Count; prompt++)
        {
            for (int trial = 0; trial < block.Trials; trial++)
                errors[prompt * block.Trials + trial] = job.Scores.Error(prompt, trial);
        }

        return new BlockOutcome(
            errors, job.Inputs.Latent, job.Likeness?.Prompts, [.. job.InputWarnings], job.Clock.Compute, job.Batches);
    }
}
