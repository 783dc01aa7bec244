namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>What a strategy does with stored errors.</summary>
/// <param name="Winner">The arm of the smallest handicap + mean error of those left; of equal ones the first.</param>
/// <param name="Rows">Rows that a job would have cost: at every trial, one for each arm still in the race.</param>
/// <param name="Trials">Trials that the winner has seen.</param>
/// <param name="Alive">The arms that were never eliminated, ascending.</param>
public sealed record ReplayOutcome(int Winner, int Rows, int Trials, IReadOnlyList<int> Alive);
