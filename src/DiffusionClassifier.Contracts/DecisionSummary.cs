using System.Text.Json.Serialization;

namespace DiffusionClassifier.Contracts;

/// <summary>How the winner was decided.</summary>
/// <param name="Strategy">How the rows were chosen.</param>
/// <param name="Complete">Whether the strategy ran to its own end; false if a deadline cut it short.</param>
/// <param name="Delta">
/// The nominal probability that the winner (with <c>topK</c>: the set of labels never eliminated) is not that of <c>fixed</c>; null if
/// the strategy promises none, for a single label, and before it came to its own end.
/// </param>
/// <param name="Margin">Mean error of the runner-up minus that of the winner, paired; null for a single label.</param>
/// <param name="MarginStandardError">Its standard error; null for a single label or a single trial.</param>
/// <param name="Trials">Trials that the winner has seen.</param>
/// <param name="MaxTrials">N, the trials that <c>fixed</c> would use.</param>
public sealed record DecisionSummary(
    Strategy Strategy,
    bool Complete,
    double? Delta,
    double? Margin,
    double? MarginStandardError,
    int Trials,
    int MaxTrials)
{
    /// <summary>
    /// Whether winner and runner-up could not be told apart, because they look the same to the model, or because the difference of their
    /// errors is the same on every trial: only priors, or the order of the request, may have put one first. Then there is no delta.
    /// </summary>
    public bool Tied { get; init; }

    /// <summary>
    /// Whether the answer is none of the labels, by the request's <c>rejectBelow</c>: the winner's posterior is below it, or the image is
    /// unlike those that the model knows. The winner is still the first of the labels.
    /// </summary>
    public bool Rejected { get; init; }

    /// <summary>
    /// How many of the trials were chosen when the model was calibrated, because they tell classes apart; null, and not there, if none
    /// was: then they are a fair sample.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ChosenDraws { get; init; }
}
