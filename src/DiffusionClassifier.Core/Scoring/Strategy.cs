namespace DiffusionClassifier.Core.Scoring;

/// <summary>How the rows of a request are chosen.</summary>
public enum Strategy
{
    /// <summary>Every label on every trial: the answer that all other strategies approximate.</summary>
    Fixed,

    /// <summary>The paper's code: after each stage of timesteps only the best labels go on.</summary>
    Staged,
}
