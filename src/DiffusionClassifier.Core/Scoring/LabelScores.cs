namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// The errors of one request, prompt by prompt and trial by trial, as they come in. Owned by one job, which writes it under its scheduler's
/// lock.
/// </summary>
public sealed class LabelScores : ScoresView
{
    private int _complete; // trials known to be complete: CompleteTrials continues from here

    /// <param name="arms">K arms, at least one; together they name every prompt once.</param>
    /// <param name="trials">N, at least 1.</param>
    /// <param name="others">Prompts behind those of the arms that are asked as well.</param>
    internal LabelScores(IReadOnlyList<Arm> arms, int trials, int others = 0)
        : base(Missing(arms, trials, others), [.. arms.Select(arm => arm.Prompts.ToArray())]) => Alive = arms.Count;

    /// <summary>One arm with one prompt for each label.</summary>
    public LabelScores(int labels, int trials)
        : this([.. Enumerable.Range(0, labels).Select(label => new Arm(label, [label]))], trials)
    {
    }

    /// <summary>How many arms are still in the race.</summary>
    public int Alive { get; private set; }

    /// <summary>Takes an arm out of the race; its errors so far stay.</summary>
    /// <param name="arm">Still alive.</param>
    /// <param name="winner">The arm that it lost to, if there is one.</param>
    internal void Eliminate(int arm, int? winner = null)
    {
        AliveArms[arm] = false;
        Winners[arm] = winner;
        Alive--;
    }

    /// <summary>What is known by the first <paramref name="trials"/> trials, which are complete.</summary>
    internal ScoresView UpTo(int trials) => new(this, trials);

    /// <summary>
    /// The number of trials, counted from the first, at which every arm still alive has all its errors. Rows may come back in any order.
    /// </summary>
    internal int CompleteTrials()
    {
        while (_complete < Errors[0].Length && IsComplete(_complete))
            _complete++;
        return _complete;
    }

    /// <summary>Whether a prompt has an error at a position.</summary>
    internal bool Has(int prompt, int position) => !double.IsNaN(Errors[prompt][position]);

    /// <summary>Stores the error of a prompt at a position of the trial order. Each (prompt, position) is recorded once.</summary>
    public void Record(int prompt, int position, double error)
    {
        Errors[prompt][position] = error;
        Counts[prompt]++;
    }

    private static double[][] Missing(IReadOnlyList<Arm> arms, int trials, int others)
    {
        ArgumentNullException.ThrowIfNull(arms);
        ArgumentOutOfRangeException.ThrowIfLessThan(arms.Count, 1, nameof(arms));
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        var errors = new double[arms.Sum(arm => arm.Prompts.Count) + others][];
        for (int prompt = 0; prompt < errors.Length; prompt++)
            Array.Fill(errors[prompt] = new double[trials], double.NaN);
        return errors;
    }

    private bool IsComplete(int position)
    {
        for (int arm = 0; arm < Arms; arm++)
        {
            if (AliveArms[arm] && double.IsNaN(Error(arm, position)))
                return false;
        }

        return true;
    }
}
