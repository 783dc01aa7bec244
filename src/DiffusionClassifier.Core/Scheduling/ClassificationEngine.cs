using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Models;
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
/// (5) RowScheduler          rows of several jobs → one batch; BatchRunner adds the noise straight into its buffers
/// (6) IDiffusionModel       PredictNoise
/// (7) ClassificationJob     Record(row, error); at a look labels are eliminated → (4); at the end → posterior
/// (8) TaskCompletionSource  → answer; progress → the caller's IProgress
/// </code>
/// </remarks>
public sealed class ClassificationEngine
{
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
    public long ReservedRows => _admission.Reserved;

    /// <summary>Classifies one image.</summary>
    /// <param name="request">What to do; every value is checked.</param>
    /// <param name="progress">Told on the device's thread after every batch: it must return at once.</param>
    /// <param name="cancellationToken">Stops the request from costing rows at the next assembled batch.</param>
    /// <exception cref="Errors.ClassificationException">An expected failure; its message is written for the caller.</exception>
    public Task<ClassificationResult> ClassifyAsync(ClassificationRequest request, IProgress<ClassificationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        ResultOf(RunAsync(request, progress, decoded: null, cancellationToken));

    /// <summary>As <see cref="ClassifyAsync"/>, with every single error beside the answer.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="decoded">Awaited when the image is decoded, before the first work on a device.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    internal async Task<(ClassificationResult Result, LabelScores Scores)> RunAsync(
        ClassificationRequest request, IProgress<ClassificationProgress>? progress, Func<Task>? decoded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var trace = new RequestTrace(_metrics, _time);
        try
        {
            // (2) The header first: a bad image is the caller's error whatever the load.
            ModelManifest manifest = Models.Find(request.Model);
            JobSettings settings = RequestValidator.Validate(request, manifest, _options);
            ImageHeader header = _images.ReadHeader(request.Image);
            using IDisposable reservation = _admission.Reserve(settings.FixedRows);
            trace.Admitted(settings);
            PixelImage pixels = await DecodeAsync(request, header, settings, cancellationToken).ConfigureAwait(false);
            request.ImageDecoded?.Invoke();
            request = request with { Image = default }; // the file may be large, and the wait long
            if (decoded is not null)
                await decoded().ConfigureAwait(false);

            // (3)-(7) happen on the device's thread.
            var job = new ClassificationJob(settings, pixels, Models.Schedule(manifest.Id), CreateElimination(settings), trace.CreateClock(), progress);
            trace.Submitted(job);
            _scheduler.Submit(job);
            using CancellationTokenRegistration registration = cancellationToken.Register(() => _scheduler.Cancel(job, cancellationToken));

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

    /// <summary>Throws what <see cref="RunAsync"/> would of a bad image's header.</summary>
    internal void CheckHeader(ReadOnlyMemory<byte> image) => _images.ReadHeader(image);

    /// <summary>Refuses new requests from now on; admitted ones go on.</summary>
    internal void StopAdmitting() => _admission.Close();

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
        if (settings.Staged is not { } staged)
            return new FixedTrials(settings.Plan.Count);
        double[] handicaps = Posterior.Handicaps(settings.Priors, settings.Sharpness.Beta);
        return new StagedElimination(staged, [.. settings.Arms.Select(arm => handicaps[arm.Label])]);
    }
}
