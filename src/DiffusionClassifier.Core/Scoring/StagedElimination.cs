namespace DiffusionClassifier.Core.Scoring;

/// <summary>After each stage the best arms by mean error over all their trials go on (eval_prob_adaptive.py:61-89).</summary>
/// <remarks>Ties, which torch.topk leaves open, go to the earlier arm.</remarks>
public sealed class StagedElimination(StagedPlan plan) : IElimination
{
    public Strategy Strategy => Strategy.Staged;

    public int NextLook(int completedTrials) => plan.Ends.First(end => end > completedTrials);

    public void Look(LabelScores scores, int completedTrials)
    {
        ArgumentNullException.ThrowIfNull(scores);
        // Stages that add no timestep end at the same trial: each still keeps its own number.
        for (int stage = 0; stage < plan.Ends.Count; stage++)
        {
            if (plan.Ends[stage] == completedTrials)
                Keep(scores, plan.Stages[stage].Keep);
        }
    }

    private static void Keep(LabelScores scores, int keep)
    {
        foreach (int arm in Enumerable.Range(0, scores.Arms).Where(scores.IsAlive).OrderBy(scores.Mean).Skip(keep).ToArray())
            scores.Eliminate(arm);
    }
}
