using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Blocks;

/// <summary>
/// What a block is to the engine: a request of its own in which every prompt is a label, and all run on all trials. Stateless.
/// </summary>
internal static class BlockSettings
{
    /// <exception cref="ArgumentException">The block names rows that the request does not have.</exception>
    public static JobSettings Of(JobSettings whole, Block block)
    {
        if (block.Trials < 1 || block.From < 0 || block.From + block.Trials > whole.Plan.Count
            || block.Prompts.Count == 0 || block.Prompts.Any(prompt => prompt < 0 || prompt >= whole.Prompts.Count))
        {
            throw new ArgumentException("The block names prompts or trials that the request does not have.", nameof(block));
        }

        string[] prompts = [.. block.Prompts.Select(prompt => whole.Prompts[prompt])];
        return whole with
        {
            Labels = [.. prompts.Select(LabelSpec.FromString)],
            Prompts = prompts,
            Arms = [.. prompts.Select((_, index) => new Arm(index, [index]))],
            Priors = [.. prompts.Select(_ => 1.0 / prompts.Length)],
            Strategy = Strategy.Fixed,
            Staged = null,
            TopK = 1,
            RejectBelow = null,
            InsteadOf = null,
            Plan = new TrialPlan(Enumerable.Range(block.From, block.Trials).Select(position => whole.Plan[position])),
            Weights = null, // whoever collects the blocks applies them
            Warnings = [],
            BlockOf = whole,
            Priority = PriorityClass.Bulk, // in between, others' small requests are answered
        };
    }
}
