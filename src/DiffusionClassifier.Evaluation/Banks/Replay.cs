using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>Runs a strategy over stored errors exactly as a job would, without a model, to measure strategies. Stateless.</summary>
public static class Replay
{
    /// <param name="errors">[trial in running order][arm], one row for each of N trials; every error finite.</param>
    /// <param name="elimination">A fresh one for these trials and arms (<see cref="Eliminations.Create"/>).</param>
    /// <param name="handicaps">Those that the elimination was made with.</param>
    /// <exception cref="ArgumentException">There is no trial, or a row does not have one finite error for each arm.</exception>
    public static ReplayOutcome Run(IReadOnlyList<double[]> errors, IElimination elimination, IReadOnlyList<double> handicaps)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(elimination);
        ArgumentNullException.ThrowIfNull(handicaps);
        if (errors.Count == 0 || errors.Any(row => row.Length != handicaps.Count || !Finite.All<double>(row)))
            throw new ArgumentException("Every trial needs one finite error for each arm, and there must be a trial.", nameof(errors));
        var scores = new LabelScores(handicaps.Count, errors.Count);
        int rows = 0, end = 0;
        do
        {
            int begin = end;
            end = Math.Clamp(elimination.NextLook(begin), begin + 1, errors.Count);
            rows += Record(scores, errors, begin, end);
            elimination.Look(scores, end);
        }
        while (end < errors.Count && scores.Alive > elimination.EndsWith);

        int[] alive = [.. Enumerable.Range(0, scores.Arms).Where(scores.IsAlive)];
        return new ReplayOutcome(alive.MinBy(arm => handicaps[arm] + scores.Mean(arm)), rows, end, alive);
    }

    private static int Record(LabelScores scores, IReadOnlyList<double[]> errors, int begin, int end)
    {
        for (int arm = 0; arm < scores.Arms; arm++)
        {
            for (int position = begin; position < end && scores.IsAlive(arm); position++)
                scores.Record(arm, position, errors[position][arm]);
        }

        return scores.Alive * (end - begin);
    }
}
