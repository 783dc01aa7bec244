using System.Globalization;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>Runs every strategy on a bank, with equal priors: what each would have answered, and at what cost.</summary>
internal sealed class BankReplay
{
    private static readonly double[] Deltas = [0.05, 0.01]; // the default, and a cautious one
    private static readonly int[] FewerTrials = [8, 16, 32, 64, 128, 256, 512]; // what a smaller N would have given

    private readonly ErrorBank _bank;
    private readonly double[] _handicaps;
    private readonly int[] _fixed;

    public BankReplay(ErrorBank bank)
    {
        _bank = bank;
        _handicaps = new double[bank.Classes];
        _fixed = [.. Enumerable.Range(0, bank.Images).Select(image => Best(bank.MeanErrors(image)))];
    }

    public IReadOnlyList<StrategyScore> Run()
    {
        int n = _bank.Trials;
        // Its "timesteps" are the trials' numbers.
        StagedPlan staged = StagedPlan.Create(RequestValidator.DefaultStages(n, _bank.Classes), 1, 0, n);
        int[] stagedOrder = [.. Enumerable.Range(0, n).Select(position => staged.Trials[position].Timestep)];
        string stages = string.Join(", then ", staged.Stages.Select(stage => $"{stage.Samples} trials keep {stage.Keep}"));
        return
        [
            .. FewerTrials.Where(trials => trials < n).Append(n).Select(trials => Score(Strategy.Fixed, $"{trials} trials", Even(trials))),
            Score(Strategy.Staged, stages, stagedOrder, stages: staged),
            .. Deltas.Select(
                delta => Score(Strategy.Race, string.Create(CultureInfo.InvariantCulture, $"δ = {delta}"), _bank.Order, delta)),
            Score(Strategy.RaceAnytime, string.Create(CultureInfo.InvariantCulture, $"δ = {Deltas[0]}"), _bank.Order, Deltas[0]),
            Score(Strategy.Fast, "", _bank.Order),
            Score(Strategy.ClarkJaini, "", _bank.Order),
        ];
    }

    /// <summary>One image under one strategy, in the running order of the bank.</summary>
    public ReplayOutcome Run(int image, Strategy strategy, IReadOnlyList<int> order, double delta, StagedPlan? stages)
    {
        double[][] errors = [.. order.Select(trial => Array.ConvertAll(_bank.Errors(image, trial).ToArray(), error => (double)error))];
        return Replay.Run(errors, Eliminations.Create(strategy, order.Count, _handicaps, delta, stages: stages), _handicaps);
    }

    private StrategyScore Score(
        Strategy strategy, string settings, IReadOnlyList<int> order, double delta = 0.05, StagedPlan? stages = null)
    {
        ReplayOutcome[] outcomes = [.. Enumerable.Range(0, _bank.Images).Select(image => Run(image, strategy, order, delta, stages))];
        Proportion right = Proportion.Of(outcomes.Zip(_bank.Labels).ToArray(), pair => pair.First.Winner == pair.Second);
        Proportion same = Proportion.Of(outcomes.Zip(_fixed).ToArray(), pair => pair.First.Winner == pair.Second);
        return new StrategyScore(
            EnumWords.Of(strategy),
            settings,
            right.Value,
            right.StandardError,
            right.Interval,
            outcomes.Average(outcome => outcome.Rows),
            same.Value,
            same.Interval);
    }

    // A request with this many trials has an even grid of timesteps: takes the bank's trials that are nearest to it.
    private int[] Even(int trials) => [.. Enumerable.Range(0, trials).Select(s => (int)(_bank.Trials * (2L * s + 1) / (2L * trials)))];

    private static int Best(double[] means) => means.Index().MinBy(pair => pair.Item).Index;
}
