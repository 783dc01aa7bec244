namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// The errors of one request, prompt by prompt and trial by trial, and the statistics of its arms. Every error is kept at its position in
/// the trial order and summed in that order in double, so a result does not depend on the order in which batches come back.
/// Owned by one <see cref="Scheduling.ClassificationJob"/>, which writes it under the scheduler's lock.
/// </summary>
public sealed class LabelScores
{
    private readonly double[][] _errors; // [prompt][position]
    private readonly int[] _counts; // recorded errors of each prompt
    private readonly int[][] _prompts; // of each arm; arrays, because a list's enumerator would cost memory for every error
    private readonly bool[] _alive;
    private readonly int?[] _winners; // whom each eliminated arm lost against
    private int _complete; // trials known to be complete: CompleteTrials goes on from here

    /// <param name="arms">K arms, at least one; together they name every prompt once.</param>
    /// <param name="trials">N, at least 1.</param>
    public LabelScores(IReadOnlyList<Arm> arms, int trials)
    {
        ArgumentNullException.ThrowIfNull(arms);
        ArgumentOutOfRangeException.ThrowIfLessThan(arms.Count, 1, nameof(arms));
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        int prompts = arms.Sum(arm => arm.Prompts.Count);
        _prompts = [.. arms.Select(arm => arm.Prompts.ToArray())];
        _errors = [.. Enumerable.Range(0, prompts).Select(_ => Missing(trials))];
        _counts = new int[prompts];
        _alive = [.. Enumerable.Repeat(true, arms.Count)];
        _winners = new int?[arms.Count];
        Alive = arms.Count;
    }

    /// <summary>One arm with one prompt for each label.</summary>
    public LabelScores(int labels, int trials)
        : this([.. Enumerable.Range(0, labels).Select(label => new Arm(label, [label]))], trials)
    {
    }

    /// <summary>K.</summary>
    public int Arms => _prompts.Length;

    /// <summary>Whether an arm still takes part; eliminated arms cost no more rows.</summary>
    public bool IsAlive(int arm) => _alive[arm];

    /// <summary>How many arms still take part.</summary>
    public int Alive { get; private set; }

    /// <summary>Ends an arm's part; its errors so far stay.</summary>
    /// <param name="arm">Still alive.</param>
    /// <param name="winner">The arm that it lost against, where it was one.</param>
    public void Eliminate(int arm, int? winner = null)
    {
        _alive[arm] = false;
        _winners[arm] = winner;
        Alive--;
    }

    /// <summary>
    /// An arm's mean error as it compares with that of <paramref name="leader"/>. An eliminated arm has seen fewer trials, perhaps easier
    /// ones: its own mean says nothing beside the leader's, but its paired difference to the arm that it lost against does, on the trials
    /// that both have seen, and that arm's, where it lost later, to the next. So nobody who lost to the leader, or to one who did, comes
    /// out before it. (Stopped when it was large, such a difference is biased away from the leader.)
    /// </summary>
    public double AnchoredMean(int arm, int leader)
    {
        if (Count(arm) == Count(leader))
            return Mean(arm);
        int anchor = _winners[arm] ?? leader;
        return AnchoredMean(anchor, leader) + Difference(arm, anchor).Mean; // as deep as there are looks: who eliminates goes further
    }

    /// <summary>No statistic looks at trials from this position on: those before it are complete, later ones perhaps not.</summary>
    public int Limit { get; set; } = int.MaxValue;

    /// <summary>The number of trials, counted from the first, at which every arm still alive has all its errors. Rows may come back in any order.</summary>
    public int CompleteTrials()
    {
        while (_complete < _errors[0].Length && IsComplete(_complete))
            _complete++;
        return _complete;
    }

    /// <summary>On how many trials, of those below <see cref="Limit"/>, all prompts of an arm have an error.</summary>
    public int Count(int arm)
    {
        int count = Limit;
        foreach (int prompt in _prompts[arm])
            count = Math.Min(count, _counts[prompt]);
        return count;
    }

    /// <summary>Whether a prompt has an error at a position.</summary>
    public bool Has(int prompt, int position) => !double.IsNaN(_errors[prompt][position]);

    /// <summary>Stores the error of a prompt at a position of the trial order. Each (prompt, position) is recorded once.</summary>
    public void Record(int prompt, int position, double error)
    {
        _errors[prompt][position] = error;
        _counts[prompt]++;
    }

    private static double[] Missing(int trials)
    {
        var errors = new double[trials];
        Array.Fill(errors, double.NaN);
        return errors;
    }

    private bool IsComplete(int position)
    {
        for (int arm = 0; arm < Arms; arm++)
        {
            if (_alive[arm] && double.IsNaN(Error(arm, position)))
                return false;
        }

        return true;
    }

    /// <summary>An arm's error at a position: the mean over its prompts.</summary>
    public double Error(int arm, int position)
    {
        double sum = 0;
        foreach (int prompt in _prompts[arm])
            sum += _errors[prompt][position];
        return sum / _prompts[arm].Length;
    }

    /// <summary>An arm's errors at as many positions from <paramref name="begin"/> on as <paramref name="buffer"/> is long, which is used where they must be computed.</summary>
    internal ReadOnlySpan<double> Errors(int arm, int begin, Span<double> buffer)
    {
        if (_prompts[arm] is [int only])
            return _errors[only].AsSpan(begin, buffer.Length);
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

    /// <summary>Standard error of <see cref="Mean"/>, s/√n; NaN for fewer than two trials. Far larger than that of a paired difference.</summary>
    public double StandardError(int arm)
    {
        int count = Count(arm);
        double mean = Mean(arm), squares = 0;
        for (int position = 0; position < count; position++)
            squares += (Error(arm, position) - mean) * (Error(arm, position) - mean);
        return count < 2 ? double.NaN : Math.Sqrt(squares / (count - 1) / count);
    }

    /// <summary>Paired statistics of <paramref name="arm"/> minus <paramref name="other"/> over the trials that both have.</summary>
    public PairedDifference Difference(int arm, int other)
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
