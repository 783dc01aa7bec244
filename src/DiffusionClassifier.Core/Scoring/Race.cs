namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// At every look, compares all arms with the leader, the arm with the smallest handicap + mean error, by the paired differences of their
/// errors: an arm that is worse, by evidence beyond the threshold, has lost. For what the thresholds guarantee, see
/// <see cref="Eliminations"/>. Arms that are tied are never eliminated.
/// </summary>
/// <param name="looks">Numbers of trials, ascending, without the end, at which the means decide. Fixed before the first row.</param>
/// <param name="threshold">At n trials and with the given number of comparisons left: how strong evidence must be.</param>
/// <param name="evidence">Made once for each arm that is wanted, with the first arm that others are compared with.</param>
/// <param name="trials">N.</param>
/// <param name="handicaps">What each arm's prior adds to its mean error (<see cref="Posterior.Handicaps"/>).</param>
/// <param name="topK">
/// How many arms are wanted: an arm has lost when it has lost to that many, and the race ends when that many are left.
/// </param>
internal sealed class Race(
    IReadOnlyList<int> looks, Func<int, int, double> threshold, Func<int, PairedEvidence> evidence, int trials,
    IReadOnlyList<double> handicaps, int topK) : IElimination
{
    // Each against a different leader.
    private readonly PairedEvidence[] _rivals = [.. Enumerable.Range(0, topK).Select(evidence)];
    private readonly int[] _leaders = new int[topK]; // the best first
    private int _next; // of looks

    public int EndsWith => topK;

    public int NextLook(int completedTrials)
    {
        while (_next < looks.Count && looks[_next] <= completedTrials)
            _next++;
        return _next < looks.Count ? looks[_next] : trials;
    }

    public void Look(LabelScores scores, int completedTrials)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int alive = scores.Alive;
        if (completedTrials >= trials || alive <= topK)
            return;
        FindLeaders(scores, completedTrials);
        CompareWithLeaders(scores, completedTrials);
        // With fewer arms left there are fewer comparisons: those that just missed a high threshold are compared again with the lower one.
        int before;
        do
        {
            before = alive;
            alive -= Eliminate(scores, threshold(completedTrials, topK * (alive - topK)));
        }
        while (alive < before && alive > topK);
    }

    private int Eliminate(LabelScores scores, double limit)
    {
        int eliminated = 0;
        for (int arm = 0; arm < scores.Arms; arm++)
        {
            if (!scores.IsAlive(arm) || _leaders.Contains(arm) || !HasLost(arm, limit))
                continue;
            scores.Eliminate(arm, _leaders[0]);
            eliminated++;
        }

        return eliminated;
    }

    // The best arms in order; ties go to the earlier arm.
    private void FindLeaders(LabelScores scores, int completedTrials)
    {
        PairedEvidence differences = _rivals[0];
        differences.MoveTo(scores, completedTrials, differences.Base);
        Array.Fill(_leaders, -1);
        for (int arm = 0; arm < scores.Arms; arm++)
        {
            if (!scores.IsAlive(arm))
                continue;
            int candidate = arm;
            for (int i = 0; i < topK && candidate >= 0; i++)
            {
                if (_leaders[i] < 0 || Score(candidate) < Score(_leaders[i]))
                    (_leaders[i], candidate) = (candidate, _leaders[i]);
            }
        }

        double Score(int arm) => handicaps[arm] + differences.Mean(arm);
    }

    // Sums against an arm that still leads continue; the others start over with the new leaders.
    private void CompareWithLeaders(LabelScores scores, int completedTrials)
    {
        int newcomer = 0;
        foreach (PairedEvidence rival in _rivals)
        {
            int leader = rival.Base;
            if (!_leaders.Contains(leader))
            {
                while (IsCompared(_leaders[newcomer]))
                    newcomer++;
                leader = _leaders[newcomer];
            }

            rival.MoveTo(scores, completedTrials, leader);
        }
    }

    private bool IsCompared(int leader)
    {
        foreach (PairedEvidence rival in _rivals)
        {
            if (rival.Base == leader)
                return true;
        }

        return false;
    }

    private bool HasLost(int arm, double limit)
    {
        foreach (PairedEvidence rival in _rivals)
        {
            if (!rival.IsWorse(arm, handicaps[arm] - handicaps[rival.Base], limit))
                return false;
        }

        return true;
    }
}
