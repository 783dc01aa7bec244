namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Decides which arms stay in the race. Asked at looks: points at which every arm still alive has the same number of complete trials. Owned
/// by one job and called under the scheduler's lock, so it may keep state.
/// </summary>
public interface IElimination
{
    /// <summary>
    /// A look that leaves the arms of this many labels, or fewer, ends the job; 0: the arms that are left run on to the last trial.
    /// </summary>
    int EndsWith { get; }

    /// <summary>
    /// The number of complete trials at which the next look happens: above <paramref name="completedTrials"/>, at most N.
    /// </summary>
    int NextLook(int completedTrials);

    /// <summary>Eliminates through <see cref="LabelScores.Eliminate"/> the arms that have lost; at least one stays alive.</summary>
    void Look(LabelScores scores, int completedTrials);
}
