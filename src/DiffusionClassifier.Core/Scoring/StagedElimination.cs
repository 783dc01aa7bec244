namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// After each stage, the best arms by posterior score over all their trials stay: with equal priors, those with the smallest mean error, as
/// in the reference (eval_prob_adaptive.py:61-89), which has no priors.
/// </summary>
/// <param name="plan">The stages.</param>
/// <param name="handicaps">What each arm's prior adds to its mean error (<see cref="Posterior.Handicaps"/>).</param>
/// <remarks>Ties, which torch.topk leaves open, go to the earlier arm.</remarks>
internal sealed class StagedElimination(StagedPlan plan, IReadOnlyList<double> handicaps) : IElimination
{
    /// <summary>0: the reference evaluates every stage whatever is left, so the winner's mean error is over all trials.</summary>
    public int EndsWith => 0;

    public int NextLook(int completedTrials) => plan.Ends.First(end => end > completedTrials);

    public void Look(LabelScores scores, int completedTrials)
    {
        ArgumentNullException.ThrowIfNull(scores);
        // Stages that add no timestep end at the same trial: each still keeps its own number of arms.
        for (int stage = 0; stage < plan.Ends.Count; stage++)
        {
            if (plan.Ends[stage] == completedTrials)
                Keep(scores, plan.Stages[stage].Keep);
        }
    }

    private void Keep(LabelScores scores, int keep)
    {
        foreach (int arm in Enumerable.Range(0, scores.Arms)
            .Where(scores.IsAlive).OrderBy(arm => handicaps[arm] + scores.Mean(arm)).Skip(keep).ToArray())
        {
            scores.Eliminate(arm);
        }
    }
}
