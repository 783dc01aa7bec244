namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Compares at every look all arms with the leader, the arm of the smallest handicap + mean error, by the paired differences of their
/// errors: whoever is worse by more than the look's threshold has lost. What the thresholds promise is said where they are made
/// (<see cref="Eliminations"/>). Differences that do not vary are no evidence: such arms, ties among them, are never eliminated.
/// </summary>
/// <param name="looks">In ascending order; without the end, where the means decide.</param>
/// <param name="trials">N.</param>
/// <param name="handicaps">What each arm's prior adds to its mean error (<see cref="Posterior.Handicaps"/>).</param>
/// <param name="topK">How many arms are wanted: an arm has lost when it has lost against that many, and the race ends when that many are left.</param>
internal sealed class Race(IReadOnlyList<RaceLook> looks, int trials, IReadOnlyList<double> handicaps, int topK) : IElimination
{
    private readonly PairedSums[] _rivals = [.. Enumerable.Range(0, topK).Select(_ => new PairedSums(handicaps.Count))]; // one for each leader, the best first
    private readonly int[] _leaders = new int[topK];
    private int _next; // of looks

    public int EndsWith => topK;

    public int NextLook(int completedTrials)
    {
        while (_next < looks.Count && looks[_next].Trials <= completedTrials)
            _next++;
        return _next < looks.Count ? looks[_next].Trials : trials;
    }

    public void Look(LabelScores scores, int completedTrials)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (completedTrials == trials || scores.Alive <= topK)
            return;
        FindLeaders(scores, completedTrials);
        for (int i = 0; i < topK; i++)
            _rivals[i].MoveTo(scores, completedTrials, _leaders[i]);
        double threshold = looks[_next].Threshold;
        for (int arm = 0; arm < scores.Arms; arm++)
        {
            if (scores.IsAlive(arm) && !_leaders.Contains(arm) && HasLost(arm, threshold))
                scores.Eliminate(arm);
        }
    }

    // The best arms in order; ties go to the earlier arm.
    private void FindLeaders(LabelScores scores, int completedTrials)
    {
        PairedSums differences = _rivals[0];
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

    private bool HasLost(int arm, double threshold)
    {
        for (int i = 0; i < topK; i++)
        {
            double standardError = _rivals[i].StandardError(arm);
            if (!(standardError > 0 && handicaps[arm] - handicaps[_leaders[i]] + _rivals[i].Mean(arm) > threshold * standardError))
                return false;
        }

        return true;
    }
}
