using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Matching;

/// <summary>
/// Scores n images against m captions: one job per image, all on the same trials, so that captions are paired within an image and images
/// share the device's batches. Thread-safe.
/// </summary>
public sealed class ImageTextMatcher(ClassificationEngine engine, EngineOptions options)
{
    private const string Caption = "caption";

    private const string NotComparable =
        "Scores of different images are not comparable, because the images themselves are not equally likely: "
            + "compare captions within an image, or send normalizeByNull.";

    /// <summary>A request with its model chosen and every value checked, images' headers included. Admits nothing.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="caller">Who asks.</param>
    /// <returns>The model that answers, and the rows that it costs.</returns>
    /// <exception cref="ClassificationException">What is wrong with the request.</exception>
    public (ModelChoice Choice, long Rows) Prepare(MatchRequest request, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(request);
        Submission job = Prepare(request, caller, chosen: null);
        ReadHeaders(request);
        return (job.Chosen!, (long)engine.Prepare(job).FixedRows * request.Images.Count);
    }

    /// <param name="request">What to do; every value is checked.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="releaseImages">Called once when all images are decoded: until then their memory belongs to the request.</param>
    /// <param name="chosen">The model that answers, if that was decided before; null: as the request says.</param>
    /// <param name="cancellationToken">Stops all images.</param>
    /// <exception cref="ClassificationException">An expected failure; its message is written for the caller.</exception>
    public async Task<MatchResult> MatchAsync(MatchRequest request, Caller caller, Action? releaseImages = null,
        ModelChoice? chosen = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Submission job = Prepare(request, caller, chosen) with { Group = new object() };
        ImageHeader[] headers = ReadHeaders(request);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var allDecoded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int undecoded = request.Images.Count;
        // If one image fails, the others are canceled, and WhenAll throws that one's reason.
        job = request.Images.Count == 1 ? job with { ReleaseImage = releaseImages } : job with { Decoded = DecodedAsync };
        return Build(request, await Task.WhenAll(request.Images.Select((image, index) =>
            RunAsync(job with { Request = job.Request with { Image = image }, Header = headers[index] }, index,
                request.Images.Count, all))).ConfigureAwait(false));

        // An image that cannot be decoded must not cost rows for the others.
        Task DecodedAsync()
        {
            if (Interlocked.Decrement(ref undecoded) == 0)
            {
                releaseImages?.Invoke();
                allDecoded.SetResult();
            }

            return allDecoded.Task.WaitAsync(all.Token);
        }
    }

    /// <summary>
    /// One image's part of a request, without the image: the captions are labels, all of whose scores are part of the answer.
    /// </summary>
    public static Submission AsSubmission(MatchRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClassificationRequest labels = ClassificationRequest.From(request) with
        {
            Labels = LabelSpec.FromStrings(request.Captions),
            Strategy = Strategy.Fixed,
            Draws = DrawChoice.Even, // scores are compared across images
        };
        return new Submission(labels) { LabelNoun = Caption };
    }

    private Submission Prepare(MatchRequest request, Caller caller, ModelChoice? chosen)
    {
        Submission job = AsSubmission(request) with { Caller = caller, WithNull = request.NormalizeByNull };
        ModelChoice choice = chosen ?? engine.Models.Choose(job);
        return choice.Check(model => ForModel(request, job, model)) with { Chosen = choice };
    }

    // All before the first job: a bad image must not cost rows for the good ones.
    private ImageHeader[] ReadHeaders(MatchRequest request)
    {
        var headers = new ImageHeader[request.Images.Count];
        for (int index = 0; index < headers.Length; index++)
        {
            try
            {
                headers[index] = engine.ReadHeader(request.Images[index]);
            }
            catch (ClassificationException exception)
            {
                throw OfImage(exception, index, headers.Length);
            }
        }

        return headers;
    }

    // A job has one image and does not know its number.
    private static ClassificationException OfImage(ClassificationException exception, int index, int count) =>
        new(exception.Error, count == 1 ? exception.Message : $"Image {index + 1}: {exception.Message}", exception) { Field = "images" };

    // When one image fails, further work on the others would be wasted.
    /// <summary>What to throw where no image came.</summary>
    internal static ClassificationException MissingImage() =>
        new(ClassificationError.MissingImage,
            $"No image was sent: send from 1 to {MatchRequest.MaxImages} image files in the field images.")
        { Field = "images" };

    private async Task<(ClassificationResult Result, ScoresView Scores)> RunAsync(
        Submission job, int index, int count, CancellationTokenSource all)
    {
        try
        {
            return await engine.Submit(job, all.Token).Outcome.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await all.CancelAsync().ConfigureAwait(false);
            if (exception is ClassificationException { IsAboutImage: true } bad)
                throw OfImage(bad, index, count);
            throw;
        }
    }

    private Submission ForModel(MatchRequest request, Submission job, LoadedModel model)
    {
        if (request.Images.Count == 0)
            throw MissingImage();
        if (request.Images.Count > MatchRequest.MaxImages)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest,
                $"{request.Images.Count} images were sent; send from 1 to {MatchRequest.MaxImages}.")
            { Field = "images" };
        }

        if (request.NormalizeByNull && model is { ReadsText: false, Manifest.NullClass: null })
        {
            throw new ClassificationException(ClassificationError.InvalidRequest,
                $"Model '{model.Id}' has no null class to normalize by: leave normalizeByNull out.")
            { Field = "normalizeByNull" };
        }

        if (request.Captions.Count == 0)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest, "No caption was sent: send at least one.")
            { Field = "captions" };
        }

        int trials = request.Trials ?? model.Manifest.DefaultTrials;
        long rows = (long)trials * (request.Captions.Count + (request.NormalizeByNull ? 1 : 0)) * request.Images.Count;
        if (rows > options.MaxRowsPerRequest)
        {
            throw new ClassificationException(ClassificationError.TooManyRows,
                $"{request.Images.Count} images × {request.Captions.Count} captions × {trials:N0} trials are {rows:N0} rows; "
                    + $"one request may cost at most {options.MaxRowsPerRequest:N0}. Send fewer.");
        }

        // A caption is a whole prompt: the model's template is for labels.
        LabelSpec[] prompts = [.. request.Captions.Select(caption => new LabelSpec(caption, [caption]))];
        return model.ReadsText ? job with { Request = job.Request with { Labels = prompts } } : job;
    }

    private static MatchResult Build(MatchRequest request, (ClassificationResult Result, ScoresView Scores)[] jobs)
    {
        ClassificationResult first = jobs[0].Result;
        int captions = request.Captions.Count;
        MatchedImage[] images = [.. jobs.Select(job => Image(request, job, first.Posterior.Beta))];
        double[][] scores = [.. images.Select(image => image.Scores.Select(score => score.Score).ToArray())];
        List<string> warnings = [.. jobs.SelectMany(job => job.Result.Warnings).Distinct()];
        if (images.Length > 1 && !request.NormalizeByNull)
            warnings.Add(NotComparable);
        return new MatchResult(
            first.Id, first.Model, request.Captions, images, request.NormalizeByNull,
            images.Length == 2 && captions == 2 ? WinogroundVerdict.From(scores) : null,
            first.Posterior with { Calibrated = captions > 1 && jobs.All(job => job.Result.Posterior.Calibrated) },
            first.Decision.Trials,
            first.Seed,
            first.Loss,
            first.Weighting,
            first.ImageMode,
            TotalCost(jobs),
            warnings);
    }

    private static MatchedImage Image(MatchRequest request, (ClassificationResult Result, ScoresView Scores) job, double beta)
    {
        ScoresView scores = job.Scores;
        int captions = request.Captions.Count;
        double[] means = [.. Enumerable.Range(0, captions).Select(scores.Mean)];
        double[] posteriors = Posterior.Softmax([.. means.Select(mean => -beta * mean)]);
        int[] ranking = [.. Enumerable.Range(0, captions).OrderBy(caption => means[caption])];
        return new MatchedImage(request.Captions[ranking[0]],
            [.. Enumerable.Range(0, captions)
                .Select(caption => Score(caption, ranking, scores, request.NormalizeByNull ? captions : null, posteriors[caption]))])
        { OutOfDistribution = job.Result.OutOfDistribution };
    }

    private static MatchScore Score(int caption, int[] ranking, ScoresView scores, int? nullArm, double posterior)
    {
        double mean = scores.Mean(caption);
        PairedDifference? normalized = nullArm is { } arm ? scores.Difference(caption, arm) : null;
        PairedDifference? margin = ranking.Length > 1 ? scores.Difference(caption, caption == ranking[0] ? ranking[1] : ranking[0]) : null;
        return new MatchScore(
            -(normalized?.Mean ?? mean),
            Finite.OrNull(normalized?.StandardError ?? scores.StandardError(caption)),
            mean,
            0 - margin?.Mean, // -0 would be a number of its own
            Finite.OrNull(margin?.StandardError),
            posterior);
    }

    private static CostSummary TotalCost((ClassificationResult Result, ScoresView Scores)[] jobs)
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
            Cached = costs.All(cost => cost.Cached),
            EncodeSeconds = costs.Max(cost => cost.EncodeSeconds),
            DenoiseSeconds = costs.Max(cost => cost.DenoiseSeconds),
        };
    }
}
