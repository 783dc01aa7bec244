using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Matching;

/// <summary>
/// Scores n images against m captions: one job an image, all on the same trials, so that captions are paired within an image and images
/// share the device's batches. Thread-safe.
/// </summary>
public sealed class ImageTextMatcher(ClassificationEngine engine, EngineOptions options)
{
    /// <summary>Images that one request may have: two Winoground examples' worth many times over, and a bound on decoded pixels.</summary>
    public const int MaxImages = 64;

    private const string Caption = "caption";

    private const string NotComparable =
        "Scores of different images are not comparable, because the images themselves are not equally likely: compare captions within an image, or send normalizeByNull.";

    /// <exception cref="ClassificationException">An expected failure; its message is written for the caller.</exception>
    public async Task<MatchResult> MatchAsync(MatchRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClassificationRequest asked = AsLabels(request);
        ModelManifest manifest = engine.Models.Choose(asked);
        try
        {
            ClassificationRequest job = JobFor(request, manifest);
            CheckHeaders(request);
            MatchResult result = await MatchAsync(request, job, cancellationToken).ConfigureAwait(false);
            return engine.Models.WarnOf(manifest, asked) is { } warning ? result with { Warnings = [warning, .. result.Warnings] } : result;
        }
        catch (ClassificationException refusal) when (engine.Models.Explain(refusal, manifest, asked) is var explained && explained != refusal)
        {
            throw explained;
        }
    }

    /// <summary>What tells which model is meant: the captions as if they were labels.</summary>
    public static ClassificationRequest AsLabels(MatchRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Options with { Labels = LabelSpec.FromStrings(request.Captions), LabelNoun = Caption };
    }

    private async Task<MatchResult> MatchAsync(MatchRequest request, ClassificationRequest job, CancellationToken cancellationToken)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var allDecoded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int undecoded = request.Images.Count;
        // Where one image fails the others are cancelled, and WhenAll throws why that one did.
        return Build(request, await Task.WhenAll(request.Images.Select((image, index) => RunAsync(job with { Image = image }, index, request.Images.Count, DecodedAsync, all))).ConfigureAwait(false));

        // A picture that cannot be decoded must not cost rows of the others.
        Task DecodedAsync()
        {
            if (Interlocked.Decrement(ref undecoded) == 0)
            {
                request.ImagesDecoded?.Invoke();
                allDecoded.SetResult();
            }

            return allDecoded.Task.WaitAsync(all.Token);
        }
    }

    // All before the first job: a bad image must not cost rows of the good ones.
    private void CheckHeaders(MatchRequest request)
    {
        foreach ((int index, ReadOnlyMemory<byte> image) in request.Images.Index())
        {
            try
            {
                engine.CheckHeader(image);
            }
            catch (ClassificationException exception)
            {
                throw OfImage(exception, index, request.Images.Count);
            }
        }
    }

    // A job has one image and does not know which.
    private static ClassificationException OfImage(ClassificationException exception, int index, int count) =>
        new(exception.Error, count == 1 ? exception.Message : $"Image {index + 1}: {exception.Message}", exception) { Field = "images" };

    // When one image fails, what the others still cost would be for nothing.
    private async Task<(ClassificationResult Result, LabelScores Scores)> RunAsync(ClassificationRequest job, int index, int count, Func<Task> decoded, CancellationTokenSource all)
    {
        try
        {
            return await engine.RunAsync(job, progress: null, decoded, all.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await all.CancelAsync().ConfigureAwait(false);
            if (exception is ClassificationException { IsAboutImage: true } bad)
                throw OfImage(bad, index, count);
            throw;
        }
    }

    private ClassificationRequest JobFor(MatchRequest request, ModelManifest manifest)
    {
        if (request.Images.Count is 0 or > MaxImages)
            throw new ClassificationException(request.Images.Count == 0 ? ClassificationError.MissingImage : ClassificationError.InvalidRequest,
                $"{request.Images.Count} images were sent; send from 1 to {MaxImages}.")
            { Field = "images" };
        if (request.NormalizeByNull && manifest is { Conditioning: ConditioningKind.Class, NullClass: null })
        {
            throw new ClassificationException(ClassificationError.InvalidRequest,
                $"Model '{manifest.Id}' has no null class to normalize by: leave normalizeByNull out.")
            { Field = "normalizeByNull" };
        }

        if (request.Captions.Count == 0)
            throw new ClassificationException(ClassificationError.InvalidRequest, "No caption was sent: send at least one.") { Field = "captions" };
        int trials = request.Options.Trials ?? manifest.DefaultTrials;
        long rows = (long)trials * (request.Captions.Count + (request.NormalizeByNull ? 1 : 0)) * request.Images.Count;
        if (rows > options.MaxRowsPerRequest)
        {
            throw new ClassificationException(ClassificationError.TooManyRows,
                $"{request.Images.Count} images × {request.Captions.Count} captions × {trials} trials are {rows} rows; one request may cost {options.MaxRowsPerRequest}. Send fewer.");
        }

        // A caption is a whole prompt: the model's template is for labels.
        bool isText = manifest.Conditioning == ConditioningKind.Text;
        IEnumerable<LabelSpec> captions = request.Captions.Select(caption => new LabelSpec(caption, isText ? [caption] : null));
        return request.Options with
        {
            Labels = request.NormalizeByNull ? [.. captions, LabelSpec.Null] : [.. captions],
            Templates = null,
            Priors = null,
            Strategy = Strategy.Fixed, // every score is part of the answer, not the best one's alone
            Confidence = null,
            TopK = null,
            Model = manifest.Id, // chosen once, for all images
            LabelNoun = Caption,
            PartOf = new object(),
            ImageDecoded = null, // the images' memory is the whole request's
        };
    }

    private static MatchResult Build(MatchRequest request, (ClassificationResult Result, LabelScores Scores)[] jobs)
    {
        ClassificationResult first = jobs[0].Result;
        int captions = request.Captions.Count;
        MatchedImage[] images = [.. jobs.Select(job => Image(request, job.Scores, first.Posterior.Beta))];
        double[][] scores = [.. images.Select(image => image.Scores.Select(score => score.Score).ToArray())];
        List<string> warnings = [.. jobs.SelectMany(job => job.Result.Warnings).Distinct()];
        if (images.Length > 1 && !request.NormalizeByNull)
            warnings.Add(NotComparable);
        return new MatchResult(
            first.Id, first.Model, request.Captions, images, request.NormalizeByNull,
            images.Length == 2 && captions == 2 ? WinogroundVerdict.From(scores) : null,
            first.Posterior, first.Decision.Trials, first.Seed, first.Loss, first.Weighting, first.ImageMode, TotalCost(jobs), warnings);
    }

    private static MatchedImage Image(MatchRequest request, LabelScores scores, double beta)
    {
        int captions = request.Captions.Count;
        double[] means = [.. Enumerable.Range(0, captions).Select(scores.Mean)];
        double[] posteriors = Posterior.Softmax([.. means.Select(mean => -beta * mean)]);
        int[] ranking = [.. Enumerable.Range(0, captions).OrderBy(caption => means[caption])];
        return new MatchedImage(request.Captions[ranking[0]],
            [.. Enumerable.Range(0, captions).Select(caption => Score(caption, ranking, scores, request.NormalizeByNull ? captions : null, posteriors[caption]))]);
    }

    private static MatchScore Score(int caption, int[] ranking, LabelScores scores, int? nullArm, double posterior)
    {
        double mean = scores.Mean(caption);
        PairedDifference? normalized = nullArm is { } arm ? scores.Difference(caption, arm) : null;
        PairedDifference? margin = ranking.Length > 1 ? scores.Difference(caption, caption == ranking[0] ? ranking[1] : ranking[0]) : null;
        return new MatchScore(
            -(normalized?.Mean ?? mean),
            Finite(normalized?.StandardError ?? scores.StandardError(caption)),
            mean,
            -margin?.Mean,
            Finite(margin?.StandardError),
            posterior);
    }

    private static CostSummary TotalCost((ClassificationResult Result, LabelScores Scores)[] jobs)
    {
        IEnumerable<CostSummary> costs = jobs.Select(job => job.Result.Cost);
        return new CostSummary(
            costs.Sum(cost => cost.Rows),
            costs.Sum(cost => cost.FixedRows),
            costs.Sum(cost => cost.Batches),
            costs.Min(cost => cost.QueueSeconds),
            costs.Sum(cost => cost.ComputeSeconds),
            costs.Max(cost => cost.TotalSeconds))
        {
            EncodeSeconds = costs.Max(cost => cost.EncodeSeconds),
            DenoiseSeconds = costs.Max(cost => cost.DenoiseSeconds),
        };
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
