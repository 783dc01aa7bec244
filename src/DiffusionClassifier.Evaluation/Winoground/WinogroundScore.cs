using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>The three scores of the examples of one tag, from 0 to 1, each with its standard error and interval.</summary>
/// <param name="Tag">The tag; "Overall": all examples.</param>
/// <param name="Examples">How many there are.</param>
/// <param name="Text">Each image's own caption scores higher.</param>
/// <param name="TextStandardError">Of <paramref name="Text"/>.</param>
/// <param name="TextInterval">Of <paramref name="Text"/>, by Wilson.</param>
/// <param name="Image">Each caption's own image scores higher.</param>
/// <param name="ImageStandardError">Of <paramref name="Image"/>.</param>
/// <param name="ImageInterval">Of <paramref name="Image"/>, by Wilson.</param>
/// <param name="Group">Both.</param>
/// <param name="GroupStandardError">Of <paramref name="Group"/>.</param>
/// <param name="GroupInterval">Of <paramref name="Group"/>, by Wilson.</param>
internal sealed record WinogroundScore(
    string Tag,
    int Examples,
    double Text,
    double TextStandardError,
    Interval TextInterval,
    double Image,
    double ImageStandardError,
    Interval ImageInterval,
    double Group,
    double GroupStandardError,
    Interval GroupInterval)
{
    private const string Overall = "Overall"; // the reference's word

    /// <summary>For all examples, then for those of each tag.</summary>
    public static IReadOnlyList<WinogroundScore> Of(IReadOnlyList<WinogroundResult> results) =>
    [
        Of(Overall, results),
        .. results.Where(result => result.Tag is not null)
            .GroupBy(result => result.Tag!)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(group.Key, [.. group])),
    ];

    private static WinogroundScore Of(string tag, IReadOnlyList<WinogroundResult> results)
    {
        Proportion text = Proportion.Of(results, result => result.Verdict.Text);
        Proportion image = Proportion.Of(results, result => result.Verdict.Image);
        Proportion group = Proportion.Of(results, result => result.Verdict.Group);
        return new WinogroundScore(
            tag,
            results.Count,
            text.Value,
            text.StandardError,
            text.Interval,
            image.Value,
            image.StandardError,
            image.Interval,
            group.Value,
            group.StandardError,
            group.Interval);
    }
}
