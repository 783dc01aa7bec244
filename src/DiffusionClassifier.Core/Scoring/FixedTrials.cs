namespace DiffusionClassifier.Core.Scoring;

/// <summary>All labels on all N trials: one look, at the end, and no arm is eliminated.</summary>
public sealed class FixedTrials(int trials) : IElimination
{
    public int EndsWith => 0;

    public int NextLook(int completedTrials) => trials;

    public void Look(LabelScores scores, int completedTrials)
    {
    }
}
