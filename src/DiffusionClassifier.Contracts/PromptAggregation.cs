namespace DiffusionClassifier.Contracts;

/// <summary>How several prompts of one label are combined.</summary>
public enum PromptAggregation
{
    /// <summary>The label's error on a draw is the mean over its prompts.</summary>
    Mean,

    /// <summary>Prompts compete; the label is as good as its best one (the reference: <c>classidx</c> of the winning prompt).</summary>
    Min,
}
