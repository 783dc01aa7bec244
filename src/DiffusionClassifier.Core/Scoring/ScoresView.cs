namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// What is known about a request's arms from the trials before a limit: a view of the errors that a <see cref="LabelScores"/> collects,
/// which does not change as later ones come in. (That an arm is eliminated shows in all views.) Every error is kept at its position in the
/// trial order and summed in that order in double, so a result does not depend on the order in which batches come back.
/// </summary>
public class ScoresView
{
    private protected ScoresView(double[][] errors, int[][] prompts)
    {
        (Errors, Prompts, Limit) = (errors, prompts, int.MaxValue);
        Counts = new int[errors.Length];
        AliveArms = [.. Enumerable.Repeat(true, prompts.Length)];
        Winners = new int?[prompts.Length];
    }

    internal ScoresView(ScoresView all, int limit) =>
        (Errors, Prompts, Counts, AliveArms, Winners, Limit) = (all.Errors, all.Prompts, all.Counts, all.AliveArms, all.Winners, limit);

    /// <summary>K.</summary>
    public int Arms => Prompts.Length;

    /// <summary>Bytes of memory that the errors take.</summary>
    internal long Bytes => Errors.Sum(prompt => sizeof(double) * (long)prompt.Length);

    /// <summary>No statistic uses trials from this position on: those before it are complete, later ones perhaps not.</summary>
    internal int Limit { get; }

    /// <summary>[prompt][position]; NaN if there is none.</summary>
    private protected double[][] Errors { get; }

    /// <summary>Recorded errors of each prompt.</summary>
    private protected int[] Counts { get; }

    /// <summary>For each arm; arrays, because a list's enumerator would cost memory for every error.</summary>
    private protected int[][] Prompts { get; }

    private protected bool[] AliveArms { get; }

    /// <summary>The arm that each eliminated arm lost to.</summary>
    private protected int?[] Winners { get; }

    /// <summary>Whether an arm is still in the race; eliminated arms cost no more rows.</summary>
    public bool IsAlive(int arm) => AliveArms[arm];

    /// <summary>
    /// An arm's mean error as it compares with that of <paramref name="leader"/>. An eliminated arm has seen fewer trials, perhaps easier
    /// ones: its own mean cannot be compared with the leader's, but its paired difference to the arm that it lost to can, on the trials
    /// that both have seen, and so on for that arm if it lost later. So no arm that lost to the leader, directly or indirectly, comes out
    /// ahead of it. (Such a difference is biased away from the leader, because it was stopped when it was large.)
    /// </summary>
    internal double AnchoredMean(int arm, int leader)
    {
        if (Count(arm) == Count(leader))
            return Mean(arm);
        int anchor = Winners[arm] ?? leader;
        return AnchoredMean(anchor, leader) + Difference(arm, anchor).Mean; // as deep as there are looks, at most: winners go further
    }

    /// <summary>On how many trials, of those before <see cref="Limit"/>, all prompts of an arm have an error.</summary>
    internal int Count(int arm)
    {
        int count = Limit;
        foreach (int prompt in Prompts[arm])
            count = Math.Min(count, Counts[prompt]);
        return count;
    }

    /// <summary>An arm's error at a position: the mean over its prompts.</summary>
    public double Error(int arm, int position)
    {
        double sum = 0;
        foreach (int prompt in Prompts[arm])
            sum += Errors[prompt][position];
        return sum / Prompts[arm].Length;
    }

    /// <summary>
    /// An arm's errors at as many positions from <paramref name="begin"/> on as <paramref name="buffer"/> is long, which is used if they
    /// must be computed.
    /// </summary>
    internal ReadOnlySpan<double> ErrorsOf(int arm, int begin, Span<double> buffer)
    {
        if (Prompts[arm] is [int only])
            return Errors[only].AsSpan(begin, buffer.Length);
        for (int i = 0; i < buffer.Length; i++)
            buffer[i] = Error(arm, begin + i);
        return buffer;
    }

    /// <summary>Mean error of an arm over its first <see cref="Count"/> trials, which must be complete. NaN before the first.</summary>
    public double Mean(int arm)
    {
        int count = Count(arm);
        double sum = 0;
        for (int position = 0; position < count; position++)
            sum += Error(arm, position);
        return sum / count;
    }

    /// <summary>
    /// Standard error of <see cref="Mean"/>, s/√n; NaN for fewer than two trials. Far larger than that of a paired difference.
    /// </summary>
    internal double StandardError(int arm)
    {
        int count = Count(arm);
        double mean = Mean(arm), squares = 0;
        for (int position = 0; position < count; position++)
            squares += (Error(arm, position) - mean) * (Error(arm, position) - mean);
        return count < 2 ? double.NaN : Math.Sqrt(squares / (count - 1) / count);
    }

    /// <summary>Paired statistics of <paramref name="arm"/> minus <paramref name="other"/> over the trials that both have.</summary>
    internal PairedDifference Difference(int arm, int other)
    {
        int count = Math.Min(Count(arm), Count(other));
        double mean = 0;
        for (int i = 0; i < count; i++)
            mean += Error(arm, i) - Error(other, i);
        mean /= count;
        double squares = 0; // second pass: no cancellation when the errors are large and the differences small
        for (int i = 0; i < count; i++)
        {
            double deviation = Error(arm, i) - Error(other, i) - mean;
            squares += deviation * deviation;
        }

        double standardError = count < 2 ? double.NaN : Math.Sqrt(squares / (count - 1) / count);
        return new PairedDifference(mean, standardError, count);
    }
}
