namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// What the paired differences of all arms to one of them, the base, say about who is worse. Owned by a <see cref="Race"/>.
/// </summary>
internal abstract class PairedEvidence(int first)
{
    /// <summary>The arm that the others are compared with.</summary>
    public int Base { get; private set; } = first;

    /// <summary>Trials that are counted.</summary>
    protected int Count { get; private set; }

    /// <summary>
    /// Counts the first <paramref name="count"/> trials of all arms still alive, which must be complete, against
    /// <paramref name="newBase"/>. A look costs its new trials, and all of them only if the base changes.
    /// </summary>
    public void MoveTo(LabelScores scores, int count, int newBase)
    {
        if (newBase != Base)
            (Base, Count) = (newBase, 0);
        for (int arm = 0; arm < scores.Arms; arm++)
        {
            if (scores.IsAlive(arm))
                Add(scores, arm, count);
        }

        Count = count;
    }

    /// <summary>Mean of (error − base's error).</summary>
    public abstract double Mean(int arm);

    /// <summary>Whether an arm is worse than the base.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="handicap">What its prior adds to the difference.</param>
    /// <param name="limit">How strong the evidence must be, in the evidence's own measure.</param>
    public abstract bool IsWorse(int arm, double handicap, double limit);

    /// <summary>Counts one arm's trials from <see cref="Count"/> to <paramref name="count"/>.</summary>
    protected abstract void Add(LabelScores scores, int arm, int count);
}
