using System.Diagnostics.CodeAnalysis;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Takes requests in and gives answers out; thread-safe. The way of a request, with the numbers of the design:</summary>
/// <remarks>
/// <code>
/// (1) host                  form → request
/// (2) ClassificationEngine  header, validation, reservation; bytes → pixels on the caller's thread
/// (3) InferenceWorker       pixels → latent, prompts → conditioning
/// (4) ClassificationJob     labels that go on × trials → rows, lazily
/// (5) RowScheduler          rows of several jobs → one batch; BatchRunner adds the noise straight into its buffers
/// (6) IDiffusionModel       PredictNoise
/// (7) ClassificationJob     Record(row, error); at a look labels are eliminated → (4); at the end → posterior
/// (8) TaskCompletionSource  → answer; progress → the caller's IProgress
/// </code>
/// </remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore holds no handle, and requests may still release it after the host has stopped.")]
public sealed class ClassificationEngine
{
    private readonly RowScheduler _scheduler;
    private readonly IImagePreprocessor _images;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly Admission _admission;
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount); // a decoded picture can take hundreds of megabytes: never more at once than can be worked on

    internal ClassificationEngine(ModelCatalog models, RowScheduler scheduler, IImagePreprocessor images, EngineOptions options, TimeProvider time, EngineMetrics metrics)
    {
        (Models, _scheduler, _images, _options, _time, _metrics) = (models, scheduler, images, options, time, metrics);
        _admission = new Admission(options);
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
    public async Task<ClassificationResult> ClassifyAsync(ClassificationRequest request, IProgress<ClassificationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        (await RunAsync(request, progress, cancellationToken).ConfigureAwait(false)).Result;

    /// <summary>As <see cref="ClassifyAsync"/>, with every single error beside the answer.</summary>
    internal async Task<(ClassificationResult Result, LabelScores Scores)> RunAsync(ClassificationRequest request, IProgress<ClassificationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var trace = new RequestTrace(_metrics, _time);
        try
        {
            // (2) The header first: a bad image is the caller's error whatever the load.
            ModelManifest manifest = Models.Find(request.Model);
            JobSettings settings = RequestValidator.Validate(request, manifest, _options);
            _images.ReadHeader(request.Image);
            using IDisposable reservation = _admission.Reserve(settings.FixedRows);
            trace.Admitted(settings);
            PixelImage pixels = await DecodeAsync(request, settings, cancellationToken).ConfigureAwait(false);
            request = request with { Image = default }; // the file may be large, and the wait long

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

    private async Task<PixelImage> DecodeAsync(ClassificationRequest request, JobSettings settings, CancellationToken cancellationToken)
    {
        await _decoders.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _images.Load(request.Image, settings.ImageMode, settings.Preprocessing);
        }
        finally
        {
            _decoders.Release();
        }
    }

    internal static IElimination CreateElimination(JobSettings settings)
    {
        if (settings.Staged is not { } staged)
            return new FixedTrials(settings.Plan.Count);
        double[] handicaps = Posterior.Handicaps(settings.Priors, settings.Sharpness.Beta);
        return new StagedElimination(staged, [.. settings.Arms.Select(arm => handicaps[arm.Label])]);
    }
}
