namespace DiffusionClassifier.Core.Scoring;

/// <summary>All labels on all N trials: one look, at the end, and nobody is eliminated.</summary>
public sealed class FixedTrials(int trials) : IElimination
{
    public bool EndsWithOneLeft => false;

    public int NextLook(int completedTrials) => trials;

    public void Look(LabelScores scores, int completedTrials)
    {
    }
}
