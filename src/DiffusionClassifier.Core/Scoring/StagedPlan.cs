namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// The reference's own trials (eval_prob_adaptive.py:47-73): each stage has an even grid of timesteps cut from the largest stage's, and
/// evaluates those that no earlier stage has evaluated. Grids of different stages need not nest. Immutable.
/// </summary>
public sealed class StagedPlan
{
    private StagedPlan(IReadOnlyList<Stage> stages, IReadOnlyList<int> ends, TrialPlan trials) =>
        (Stages, Ends, Trials) = (stages, ends, trials);

    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>The number of trials that each stage ends with; not descending.</summary>
    internal IReadOnlyList<int> Ends { get; }

    /// <summary>All trials, stage by stage, timesteps ascending inside a stage; noise is numbered in this order.</summary>
    public TrialPlan Trials { get; }

    /// <param name="stages">At least one, with 1…(to − from) samples each.</param>
    /// <param name="trialsPerTimestep">Draws of noise at every timestep (<c>n_trials</c>), at least 1.</param>
    /// <param name="from">First timestep of the range; 0 in the reference.</param>
    /// <param name="to">End of the range, exclusive; 1000 in the reference.</param>
    /// <param name="gridTo">
    /// End of the range from which the grids are cut, if it is not <paramref name="to"/>: timesteps past that are left out.
    /// </param>
    public static StagedPlan Create(IReadOnlyList<Stage> stages, int trialsPerTimestep, int from, int to, int? gridTo = null)
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfLessThan(trialsPerTimestep, 1);
        int largest = stages.Max(stage => stage.Samples);
        int[] grid = Grid(largest, (gridTo ?? to) - from);
        var evaluated = new HashSet<int>();
        List<Trial> trials = [];
        List<int> ends = [];
        foreach (Stage stage in stages)
        {
            foreach (int timestep in Thin(grid, stage.Samples).Where(timestep => from + timestep < to && evaluated.Add(timestep)))
            {
                for (int i = 0; i < trialsPerTimestep; i++)
                    trials.Add(new Trial(trials.Count, from + timestep));
            }

            ends.Add(trials.Count);
        }

        return new StagedPlan(stages, ends, new TrialPlan(trials));
    }

    // Line 58: list(range(T // M // 2, T, T // M))[:M]
    private static int[] Grid(int samples, int timesteps)
    {
        int step = timesteps / samples;
        return [.. Enumerable.Range(0, samples).Select(i => step / 2 + i * step)];
    }

    // Line 66: t_to_eval[len // n // 2 :: len // n][:n]
    private static IEnumerable<int> Thin(int[] grid, int samples)
    {
        int step = grid.Length / samples;
        return Enumerable.Range(0, samples).Select(i => grid[step / 2 + i * step]);
    }
}
