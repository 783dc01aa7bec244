namespace DiffusionClassifier.Core.Jobs;

/// <summary>What an answer says about its job besides the scores; taken at one moment.</summary>
/// <param name="Id">Names the answer.</param>
/// <param name="IsDecided">Whether the strategy came to its own end.</param>
/// <param name="CutShort">Why the answer is not what was asked for; null: it is.</param>
/// <param name="Cost">What it cost so far.</param>
/// <param name="Warnings">About the image file and the prompts.</param>
/// <param name="Likeness">Which labels are the same to the model; null: none.</param>
internal sealed record JobSnapshot(
    string Id, bool IsDecided, string? CutShort, CostSummary Cost, IEnumerable<string> Warnings, Likeness? Likeness = null);
