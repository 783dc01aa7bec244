using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Answers;
using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Explanations;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Core;

/// <summary>Accepts requests and gives answers; thread-safe. The path of a request, with the numbers of the design:</summary>
/// <remarks>
/// <code>
/// (1) host form → request (2) ClassificationEngine header, validation, reservation; bytes → pixels, a few at a time (3) InferenceWorker
/// pixels → latent, prompts → conditioning (4) ClassificationJob labels in the race × trials → rows, lazily (5) RowScheduler rows of
/// several jobs → one batch; ModelRunner adds the noise straight into its buffers (6) IDiffusionModel runs (7) ClassificationJob
/// Record(row, error); at a look labels are eliminated → (4); at the end → posterior (8) ClassificationHandle → answer; progress → the
/// client
/// </code>
/// </remarks>
public sealed class ClassificationEngine
{
    private const string TooLate = "The deadline passed before all trials were run: this is the best answer so far.";
    private const string NothingYet =
        "The deadline passed before one trial of every label was complete. Allow more time, or send fewer labels.";

    private readonly RowScheduler _scheduler;
    private readonly PromptMemory _prompts;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly AdmissionControl _admission;
    private readonly ImageLoader _images;
    private readonly Explainer _explainer;
    private readonly SharedAnswers? _answers;

    internal ClassificationEngine(ModelCatalog models, RowScheduler scheduler, ModelMemory memory, PromptMemory prompts,
        IImagePreprocessor images, EngineOptions options, TimeProvider time, EngineMetrics metrics, IAnswerStore? answers)
    {
        (Models, _scheduler, Memory, _prompts) = (models, scheduler, memory, prompts);
        (_options, _time, _metrics) = (options, time, metrics);
        _admission = new AdmissionControl(options, time);
        _images = new ImageLoader(images, options, time);
        _explainer = new Explainer(images, options.MaxExplainBytes);
        _answers = answers is null ? null : new SharedAnswers(answers, metrics);
    }

    /// <summary>The models that requests can name.</summary>
    public ModelCatalog Models { get; }

    /// <summary>Those of them that are in memory.</summary>
    public ModelMemory Memory { get; }

    /// <summary>Rows that admitted requests may still cost.</summary>
    public long ReservedRows => _admission.Rows();

    /// <summary>Requests admitted now, including those whose image is still being decoded.</summary>
    public int ActiveRequests => _admission.Active();

    /// <summary>Those of them whose image is decoded: devices can work on them.</summary>
    internal int SubmittedRequests => _scheduler.ActiveJobs;

    /// <summary>Classifies one image. Returns at once; the handle's tasks fail if something is wrong with the request.</summary>
    /// <param name="submission">What to do, and for whom.</param>
    /// <param name="cancellationToken">As <see cref="ClassificationHandle.Cancel"/>.</param>
    public ClassificationHandle Submit(Submission submission, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(submission);
#pragma warning disable CA2000 // has no timer and hands out no wait handle: nothing is left to free
        var stop = new CancellationTokenSource();
#pragma warning restore CA2000
        string id = Guid.CreateVersion7().ToString("N");
        var feed = new ProgressFeed(submission.AnswersEvery);
        var admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new ClassificationHandle(id, feed, admitted.Task, RunAsync(submission, id, feed, admitted, stop, cancellationToken), stop);
    }

    /// <summary>A request with every default filled in and every value checked, as <see cref="Submit"/> does it. Admits nothing.</summary>
    /// <exception cref="ClassificationException">What is wrong with the request; its image is not looked at.</exception>
    public JobSettings Prepare(Submission submission) => Validate(submission);

    /// <summary>Reads an image's header.</summary>
    /// <exception cref="ClassificationException">It is missing, of another format, damaged or too large.</exception>
    public void CheckImage(ReadOnlyMemory<byte> image) => ReadHeader(image);

    /// <summary>Rows of a model that all devices together run in a second, or ran; 0 where that is not known.</summary>
    public double RowsPerSecond(string model) => _scheduler.SecondsPerRow(model) is > 0 and var seconds ? 1 / seconds : 0;

    /// <summary>
    /// The kinds of devices that run a model, or ran it, such as <c>cpu</c>: results of different kinds differ in rounding.
    /// </summary>
    public string DeviceKind(string model) => string.Join('+',
        _scheduler.DevicesOf(model).Select(device => device.Split(':')[0]).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Runs a part of a request's rows as bulk work, between the requests of others.</summary>
    /// <param name="settings">What <see cref="Prepare"/> made of the whole request.</param>
    /// <param name="block">Which rows.</param>
    /// <param name="image">The image file, or what an earlier block made of it.</param>
    /// <param name="cancellationToken">Stops it at the next batch.</param>
    /// <exception cref="ClassificationException">
    /// The image cannot be read, the model failed, there is no memory for the prompts now, or the engine had to stop before all rows had
    /// run.
    /// </exception>
    public async Task<BlockOutcome> ComputeAsync(
        JobSettings settings, Block block, BlockImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(image);
        JobSettings own = BlockSettings.Of(settings, block);
        long started = _time.GetTimestamp();
        using IDisposable held = _prompts.Hold(own.Manifest, own.Prompts, _options.RetryAfter);
        using ModelUse use = Memory.Ask(settings.Model.Id);
        PixelImage? pixels = image.Latent is null
            ? await _images.DecodeAsync(image.File, ReadHeader(image.File), settings, cancellationToken).ConfigureAwait(false)
            : null;
        await use.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        var job = new ClassificationJob(own, pixels, new JobClock(_time, started), latent: image.Latent);
        _scheduler.Submit(job);
        using (cancellationToken.Register(() => _scheduler.Cancel(job, cancellationToken)))
            await job.Completion.ConfigureAwait(false);
        // An answer from a part of the rows is none here: the others would be taken for numbers.
        return job.IsDecided ? BlockOutcome.Of(job, block) : throw AdmissionControl.Draining(_options);
    }

    /// <summary>What to throw where the deadline came before there was any answer.</summary>
    internal static ClassificationException DeadlineExceeded() =>
        new(ClassificationError.DeadlineExceeded, NothingYet) { Field = "deadlineMs" };

    /// <summary>What the metrics show of the queue.</summary>
    internal IReadOnlyList<ClassLoad> Load() =>
        [.. Enum.GetValues<PriorityClass>().Select(
            priority => new ClassLoad(priority, _admission.Active(priority), _admission.Rows(priority), _admission.Backlog(priority)))];

    /// <summary>An image's header, for <see cref="Submission.Header"/>; throws what <see cref="Submit"/> would of a bad one.</summary>
    internal ImageHeader ReadHeader(ReadOnlyMemory<byte> image) => _images.ReadHeader(image);

    /// <summary>Refuses new requests from now on; admitted ones continue.</summary>
    internal void StopAdmitting() => _admission.Close();

    private async Task<(ClassificationResult Result, ScoresView Scores)> RunAsync(
        Submission submission, string id, ProgressFeed feed, TaskCompletionSource admitted,
        CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        RequestTrace? trace = null;
        SharedAnswers.Inquiry? asked = null;
        try
        {
            using CancellationTokenRegistration outer =
                cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stop);
            trace = new RequestTrace(_metrics, _time);
            // (2) The header first: a bad image is the caller's error, whatever the load.
            JobSettings settings = Validate(submission);
            ImageHeader header = submission.Header ?? ReadHeader(submission.Request.Image);
            asked = submission.Noise is null ? _answers?.Ask(submission, settings) : null;
            if (asked is not null && await asked.FindAsync(stop.Token).ConfigureAwait(false) is { } known)
                return await RepeatAsync(known, submission, settings, id, trace, admitted).ConfigureAwait(false);
            // Before the place in the queue, which a refusal would use up.
            using IDisposable held = _prompts.Hold(settings.Manifest, settings.Prompts, _options.RetryAfter);
            using Reservation reservation = _admission.Reserve(Candidate(submission, settings));
            trace.Admitted(settings);
            feed.Report(0, settings.FixedRows);
            admitted.SetResult();
            using ModelUse use = Memory.Ask(settings.Model.Id); // it is loaded while the image is decoded
            TimeSpan? deadline = submission.Request.DeadlineMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
            Task<PixelImage> loading = _images.LoadAsync(submission, header, settings, deadline, stop.Token);
            string noun = submission.LabelNoun;
            submission = null!; // file and pixels may be large and the wait long: nothing here keeps either

            // (3)-(7) happen on the device's threads.
            using ErrorMaps? maps = _explainer.Begin(settings);
            PixelImage image = await loading.ConfigureAwait(false);
            PixelImage? explained = maps is null ? null : image;
            JobClock clock = trace.CreateClock(deadline);
            await Memory.WaitAsync(use, clock, stop.Token).ConfigureAwait(false);
            var job = new ClassificationJob(settings, image, clock, maps: maps)
            {
                Id = id,
                Progress = feed,
                RemainingRowsChanged = reservation.Shrink,
            };
            (loading, image) = (null!, null!);
            trace.Submitted(job);
            _scheduler.Submit(job);
            using CancellationTokenRegistration registration = stop.Token.Register(() => _scheduler.Cancel(job, stop.Token));
            using ITimer? timer = deadline is null ? null : StartTimer(job);

            // (8)
            ClassificationResult result = await job.Completion.ConfigureAwait(false);
            if (maps is not null)
                result = _explainer.Explain(result, job, maps, explained!);
            asked?.Answer(new KnownAnswer(result, job.Answered!), isWhole: maps is not { IsShort: true });
            if (settings.InsteadOf is { } classModel)
                FreeText.RequireKnown(result, classModel, noun);
            trace.Answered();
            return (result, job.Answered!);
        }
        catch (Exception exception)
        {
            trace?.Failed(exception);
            asked?.GiveUp(exception);
            if (admitted.TrySetException(exception))
                _ = admitted.Task.Exception; // a caller that awaits only the result gets it there
            throw;
        }
        finally
        {
            asked?.Dispose();
            trace?.Dispose();
            feed.Complete();
        }
    }

    // What is known costs neither a place in the queue nor a decoder: the file is the one that it was known by.
    private static async Task<(ClassificationResult Result, ScoresView Scores)> RepeatAsync(
        KnownAnswer known, Submission submission, JobSettings settings, string id, RequestTrace trace, TaskCompletionSource admitted)
    {
        trace.Admitted(settings);
        admitted.SetResult();
        submission.ReleaseImage?.Invoke();
        if (submission.Decoded is { } decoded)
            await decoded().ConfigureAwait(false);
        if (settings.InsteadOf is { } classModel)
            FreeText.RequireKnown(known.Result, classModel, submission.LabelNoun);
        return (known.For(id, trace.Repeated()), known.Scores);
    }

    private Candidate Candidate(Submission submission, JobSettings settings) =>
        new(submission.Caller, settings.Priority, settings.FixedRows, _scheduler.SecondsPerRow(settings.Model.Id))
        { Group = submission.Group, Image = submission.Request.Image, Seed = settings.Seed };

    private JobSettings Validate(Submission submission)
    {
        ModelChoice choice = submission.Chosen ?? Models.Choose(submission);
        JobSettings settings = choice.Check(model => RequestValidator.Validate(submission, model, _options));
        return choice.Warning is { } warning
            ? settings with { Warnings = [warning, .. settings.Warnings], InsteadOf = choice.InsteadOf }
            : settings;
    }

    private ITimer StartTimer(ClassificationJob job) => _time.CreateTimer(
        _ => _scheduler.CutShort(job, _time.GetTimestamp(), TooLate, DeadlineExceeded()),
        state: null, TimeSpan.FromSeconds(Math.Max(0, job.Clock.SecondsLeft(_time.GetTimestamp()))), Timeout.InfiniteTimeSpan);
}
