using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>When a race may end before all trials have run, as requests say it. Stateless.</summary>
internal static class EarlyStop
{
    // A t-test far out in its tails promises more than the normal approximation can keep.
    private const double DefaultConfidence = 0.95, MinConfidence = 0.5, MaxConfidence = 0.9999;
    private const int MaxTopK = 20; // at every look all labels are compared with each of the best, under the scheduler's lock
    private const int DeltaDigits = 12;

    /// <summary>δ of a request's confidence.</summary>
    // 1 − confidence has the rounding error of binary fractions, which an answer should not show: 1 − 0.95 is 0.05.
    public static double Delta(double? confidence, Strategy strategy)
    {
        if (confidence is not null && !Eliminations.HasDelta(strategy))
        {
            throw RequestValidator.Invalid("confidence",
                $"The strategy '{EnumWords.Of(strategy)}' gives no guarantee: "
                    + $"leave confidence out, or send strategy={EnumWords.Of(Strategy.Race)}.");
        }

        return confidence is null or (>= MinConfidence and <= MaxConfidence)
            ? Math.Round(1 - (confidence ?? DefaultConfidence), DeltaDigits)
            : throw RequestValidator.Invalid(
                "confidence", $"confidence is {confidence}; send a number from {MinConfidence} to {MaxConfidence}.");
    }

    /// <summary>How many labels may be left at the end.</summary>
    public static int TopK(int? topK, Strategy strategy, LabelSet labels)
    {
        if (topK is null)
            return 1;
        if (!Eliminations.HasTopK(strategy))
        {
            throw RequestValidator.Invalid("topK",
                $"The strategy '{EnumWords.Of(strategy)}' does not stop early: "
                    + $"leave topK out, or send strategy={EnumWords.Of(Strategy.Race)}.");
        }

        if (labels.Arms.Count != labels.Labels.Count)
        {
            throw RequestValidator.Invalid(
                "topK", "topK counts labels, not competing prompts: leave it out, or send promptAggregation=mean.");
        }

        return topK >= 1 && topK <= MaxTopK && topK < labels.Labels.Count
            ? topK.Value
            : throw RequestValidator.Invalid("topK",
                $"topK is {topK}; send a whole number from 1 to {MaxTopK} that is less than the number of labels, {labels.Labels.Count}.");
    }
}
