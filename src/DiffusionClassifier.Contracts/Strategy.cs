namespace DiffusionClassifier.Contracts;

/// <summary>How the rows of a request are chosen.</summary>
public enum Strategy
{
    /// <summary>Every label on every trial: the answer that all other strategies approximate.</summary>
    Fixed,

    /// <summary>The paper's code: after each stage of timesteps, only the best labels stay in the race.</summary>
    Staged,

    /// <summary>
    /// Labels that have lost cost no more rows: a paired test against the leader at a few looks. The winner is that of <see cref="Fixed"/>
    /// with a nominal probability of at least 1−δ.
    /// </summary>
    Race,

    /// <summary>
    /// As <see cref="Race"/>, but a label has lost as soon as it is 3 standard errors worse, however often it looks and whatever the number
    /// of labels: fewer rows, and no stated guarantee.
    /// </summary>
    Fast,

    /// <summary>
    /// The pruning of Clark and Jaini (NeurIPS 2023, algorithm 1): a paired t-test with p &lt; 0.002 from 20 trials on; no stated
    /// guarantee.
    /// </summary>
    ClarkJaini,

    /// <summary>
    /// As <see cref="Race"/>, but with a guarantee that holds at every trial and for few, not only asymptotically: labels lose by bets
    /// against them. It supposes only that no difference still to come is twice as large as all before; about three times the rows of
    /// <see cref="Race"/>.
    /// </summary>
    RaceAnytime,
}
