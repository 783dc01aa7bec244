using System.Collections.Concurrent;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Jobs that never see an engine.</summary>
internal static class FakeJobs
{
    private static readonly ConcurrentDictionary<long, ClassificationJob> Known = [];

    public static ClassificationJob Create(int labels, int trials, IElimination? elimination = null, string model = "tiny", ProgressFeed? progress = null,
        PriorityClass priority = PriorityClass.Interactive, string tenant = "anonymous", TimeSpan? deadline = null, Action<long>? remaining = null)
    {
        var request = new ClassificationRequest { Image = new byte[] { 1 }, Trials = trials, Priority = priority };
        return Create(Manifests.Classes(model, classes: labels), new Submission(request) { Caller = new Caller(tenant) }, elimination ?? new FixedTrials(trials), progress, deadline, remaining);
    }

    /// <param name="manifest">The model.</param>
    /// <param name="request">What to do.</param>
    /// <param name="elimination">Null: as the request says.</param>
    /// <param name="progress">Where its news go.</param>
    /// <param name="deadline">When its answer is due.</param>
    public static ClassificationJob Create(ModelManifest manifest, ClassificationRequest request, IElimination? elimination = null, ProgressFeed? progress = null, TimeSpan? deadline = null) =>
        Create(manifest, new Submission(request), elimination, progress, deadline);

    public static ClassificationJob Create(
        ModelManifest manifest, Submission submission, IElimination? elimination = null, ProgressFeed? progress = null, TimeSpan? deadline = null, Action<long>? remaining = null) =>
        Register(new ClassificationJob(Settings(submission, manifest, new EngineOptions()), new PixelImage([], 4, []), new JobClock(TimeProvider.System, started: 0, deadline), elimination) { Progress = progress, RemainingRowsChanged = remaining });

    public static ClassificationJob Register(ClassificationJob job) => Known[job.Number] = job;

    /// <summary>The job whose row it is.</summary>
    public static ClassificationJob Owner(this WorkRow row) => Known[row.Job];

    /// <summary>What the engine makes of a request.</summary>
    public static JobSettings Settings(ClassificationRequest request, ModelManifest manifest, EngineOptions options) => Settings(new Submission(request), manifest, options);

    public static JobSettings Settings(Submission submission, ModelManifest manifest, EngineOptions options) => RequestValidator.Validate(submission, new LoadedModel(manifest), options);
}
