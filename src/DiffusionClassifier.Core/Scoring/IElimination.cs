namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Decides which labels go on. Asked at looks: points at which every label still alive has the same number of complete trials.
/// Owned by one job and called under the scheduler's lock, so it may keep state.
/// </summary>
public interface IElimination
{
    /// <summary>The name a request chooses it by.</summary>
    Strategy Strategy { get; }

    /// <summary>Whether a look that leaves one label ends the job; if not, that label runs on to the last trial.</summary>
    bool EndsWithOneLeft { get; }

    /// <summary>The number of complete trials at which the next look happens: above <paramref name="completedTrials"/>, at most N.</summary>
    int NextLook(int completedTrials);

    /// <summary>Eliminates through <see cref="LabelScores.Eliminate"/> the labels that have lost; at least one stays alive.</summary>
    void Look(LabelScores scores, int completedTrials);
}
