using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>Matches the captions of the examples that a log does not have yet.</summary>
/// <param name="matcher">Runs the model.</param>
/// <param name="request">Model, trials, loss and seed.</param>
/// <param name="normalizeByNull">Whether the error without a caption is subtracted.</param>
/// <param name="maxImageBytes">The largest image file worth reading.</param>
internal sealed class WinogroundRun(ImageTextMatcher matcher, ClassificationRequest request, bool normalizeByNull, long maxImageBytes)
{
    /// <returns>The problems of single examples.</returns>
    public Task<IReadOnlyList<string>> RunAsync(
        IReadOnlyList<WinogroundExample> examples,
        ResultLog<WinogroundResult> log,
        RunningScore score,
        CancellationToken cancellationToken) =>
        ConcurrentRuns.RunAsync(examples.Where(example => !log.Has(example.Index)), example => example.Id, async (example, cancellation) =>
        {
            ReadOnlyMemory<byte>[] images = await Task.WhenAll(
                example.Images.Select(file => PictureFile.ReadAsync(file, maxImageBytes, cancellation)));
            MatchResult match = await matcher.MatchAsync(
                MatchRequest.From(request) with { Images = images, Captions = example.Captions, NormalizeByNull = normalizeByNull },
                Caller.Anonymous,
                cancellationToken: cancellation);
            double[][] scores = [.. match.Images.Select(image => image.Scores.Select(cell => cell.Score).ToArray())];
            log.Add(
                new WinogroundResult(
                    example.Index, example.Id, example.Tag, scores, match.Winoground!, match.Cost.Rows, match.Cost.ComputeSeconds));
            score.Add(match.Winoground!.Text);
        }, cancellationToken);
}
