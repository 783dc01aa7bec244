using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling.Devices;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Takes requests in and gives answers out; thread-safe. The way of a request, with the numbers of the design:</summary>
/// <remarks>
/// <code>
/// (1) host                  form → request
/// (2) ClassificationEngine  header, validation, reservation; bytes → pixels, a few at a time
/// (3) InferenceWorker       pixels → latent, prompts → conditioning
/// (4) ClassificationJob     labels that go on × trials → rows, lazily
/// (5) RowScheduler          rows of several jobs → one batch; ModelRunner adds the noise straight into its buffers
/// (6) IDiffusionModel       PredictNoise
/// (7) ClassificationJob     Record(row, error); at a look labels are eliminated → (4); at the end → posterior
/// (8) TaskCompletionSource  → answer; progress → the caller's IProgress
/// </code>
/// </remarks>
public sealed class ClassificationEngine
{
    private const string TooLate = "The deadline came before all trials were run: this is the best answer so far.";
    private const string NothingYet = "The deadline came before one trial of every label was complete. Allow more time, or send fewer labels.";

    private readonly RowScheduler _scheduler;
    private readonly IImagePreprocessor _images;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly Admission _admission;
    private readonly DecodeGate _decoders;

    internal ClassificationEngine(ModelCatalog models, RowScheduler scheduler, IImagePreprocessor images, EngineOptions options, TimeProvider time, EngineMetrics metrics)
    {
        (Models, _scheduler, _images, _options, _time, _metrics) = (models, scheduler, images, options, time, metrics);
        _admission = new Admission(options);
        _decoders = new DecodeGate(options);
    }

    /// <summary>The models that requests can name.</summary>
    public ModelCatalog Models { get; }

    /// <summary>Rows that admitted requests may still cost.</summary>
    public long ReservedRows => _admission.Rows();

    /// <summary>Requests admitted now, those included whose image is still being decoded.</summary>
    public int ActiveRequests => _admission.Active();

    /// <summary>Those of them whose image is decoded: devices can work on them.</summary>
    internal int SubmittedRequests => _scheduler.ActiveJobs;

    /// <summary>Classifies one image.</summary>
    /// <param name="request">What to do; every value is checked.</param>
    /// <param name="progress">Told after every batch, on a thread that feeds a device: it must return at once. Its first report comes when the request is admitted.</param>
    /// <param name="cancellationToken">Stops the request from costing rows at the next assembled batch.</param>
    /// <exception cref="ClassificationException">An expected failure; its message is written for the caller.</exception>
    public Task<ClassificationResult> ClassifyAsync(ClassificationRequest request, IProgress<ClassificationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        ResultOf(RunAsync(request, progress is null ? null : new JobProgress(progress, answersEvery: null), decoded: null, cancellationToken));

    /// <summary>Classifies one image and tells the best answer so far on the way.</summary>
    /// <inheritdoc cref="ClassifyAsync(ClassificationRequest, IProgress{ClassificationProgress}, CancellationToken)"/>
    /// <param name="request">As above.</param>
    /// <param name="progress">As above.</param>
    /// <param name="answersEvery">The shortest time between two reports with an answer so far.</param>
    /// <param name="cancellationToken">As above.</param>
    public Task<ClassificationResult> ClassifyAsync(ClassificationRequest request, IProgress<ClassificationProgress> progress, TimeSpan answersEvery, CancellationToken cancellationToken) =>
        ResultOf(RunAsync(request, new JobProgress(progress, answersEvery), decoded: null, cancellationToken));

    /// <summary>As <see cref="ClassifyAsync(ClassificationRequest, IProgress{ClassificationProgress}, CancellationToken)"/>, with every single error beside the answer.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="decoded">Awaited when the image is decoded, before the first work on a device.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    internal async Task<(ClassificationResult Result, LabelScores Scores)> RunAsync(ClassificationRequest request, JobProgress? progress, Func<Task>? decoded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var trace = new RequestTrace(_metrics, _time);
        try
        {
            // (2) The header first: a bad image is the caller's error whatever the load.
            ModelManifest manifest = Models.Choose(request);
            JobSettings settings = Validate(request, manifest);
            ImageHeader header = _images.ReadHeader(request.Image);
            using Reservation reservation = _admission.Reserve(request.Caller, settings.Priority, settings.FixedRows, _scheduler.SecondsPerRow(manifest.Id), request.PartOf);
            trace.Admitted(settings);
            progress?.Report(new ClassificationProgress(0, settings.FixedRows));
            PixelImage pixels = await DecodeInTimeAsync(request, header, settings, cancellationToken).ConfigureAwait(false);
            request.ImageDecoded?.Invoke();
            request = request with { Image = default }; // the file may be large, and the wait long
            if (decoded is not null)
                await decoded().ConfigureAwait(false);

            // (3)-(7) happen on the device's threads.
            JobClock clock = trace.CreateClock(request.DeadlineMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
            var job = new ClassificationJob(settings, pixels, Models.Schedule(manifest.Id), CreateElimination(settings), clock, progress, reservation);
            trace.Submitted(job);
            _scheduler.Submit(job);
            using CancellationTokenRegistration registration = cancellationToken.Register(() => _scheduler.Cancel(job, cancellationToken));
            using ITimer? timer = clock.Deadline is null ? null : StartTimer(job);

            // (8)
            ClassificationResult result = await job.Completion.ConfigureAwait(false);
            trace.Answered();
            return (result, job.Scores);
        }
        catch (Exception exception)
        {
            trace.Failed(exception);
            throw;
        }
    }

    /// <summary>Shows the queue and the devices in the metrics.</summary>
    internal void Publish(IReadOnlyList<InferenceWorker> workers) => _metrics.Watch(_admission, _scheduler, workers);

    /// <summary>Throws what <see cref="RunAsync"/> would of a bad image's header.</summary>
    internal void CheckHeader(ReadOnlyMemory<byte> image) => _images.ReadHeader(image);

    /// <summary>Refuses new requests from now on; admitted ones go on.</summary>
    internal void StopAdmitting() => _admission.Close();

    private static ClassificationException DeadlineExceeded() => new(ClassificationError.DeadlineExceeded, NothingYet) { Field = "deadlineMs" };

    private JobSettings Validate(ClassificationRequest request, ModelManifest manifest)
    {
        try
        {
            JobSettings settings = RequestValidator.Validate(request, manifest, _options);
            return Models.WarnOf(manifest, request) is { } warning ? settings with { Warnings = [warning, .. settings.Warnings] } : settings;
        }
        catch (ClassificationException refusal) when (Models.Explain(refusal, manifest, request) is var explained && explained != refusal)
        {
            throw explained;
        }
    }

    // The wait for a decoder counts as well. A decoder that runs is waited for: it reads the caller's memory.
    private async Task<PixelImage> DecodeInTimeAsync(ClassificationRequest request, ImageHeader header, JobSettings settings, CancellationToken cancellationToken)
    {
        if (request.DeadlineMs is not { } milliseconds)
            return await DecodeAsync(request, header, settings, cancellationToken).ConfigureAwait(false);
        using var due = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await DecodeAsync(request, header, settings, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw DeadlineExceeded();
        }
    }

    private ITimer StartTimer(ClassificationJob job) => _time.CreateTimer(
        _ => _scheduler.CutShort(job, _time.GetTimestamp(), TooLate, DeadlineExceeded()),
        state: null, TimeSpan.FromSeconds(Math.Max(0, job.Clock.SecondsLeft(_time.GetTimestamp()))), Timeout.InfiniteTimeSpan);

    // On a thread of its own: some seconds of decoding must not take a thread from the pool that answers everybody else.
    private async Task<PixelImage> DecodeAsync(ClassificationRequest request, ImageHeader header, JobSettings settings, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _decoders.EnterAsync(header.DecodeBytes, cancellationToken).ConfigureAwait(false);
        return await Task.Factory.StartNew(() => _images.Load(request.Image, settings.ImageMode, settings.Preprocessing),
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    // Not part of ClassifyAsync, whose state would keep the request and its file until the answer.
    private static async Task<ClassificationResult> ResultOf(Task<(ClassificationResult Result, LabelScores Scores)> run) => (await run.ConfigureAwait(false)).Result;

    internal static IElimination CreateElimination(JobSettings settings)
    {
        double[] handicaps = Posterior.Handicaps(settings.Priors, settings.Sharpness.Beta);
        return Eliminations.Create(settings.Strategy, settings.Plan.Count, [.. settings.Arms.Select(arm => handicaps[arm.Label])], settings.Delta, settings.TopK, settings.Staged);
    }
}
