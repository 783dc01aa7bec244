using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Jobs that never see an engine.</summary>
internal static class Jobs
{
    public static ClassificationJob Create(int labels, int trials, IElimination? elimination = null, string model = "tiny", IProgress<ClassificationProgress>? progress = null,
        PriorityClass priority = PriorityClass.Interactive, string tenant = "anonymous", TimeSpan? deadline = null)
    {
        ModelManifest manifest = Manifests.Classes(model, classes: labels);
        return Create(manifest, new ClassificationRequest { Image = new byte[] { 1 }, Trials = trials, Priority = priority, Caller = new Caller(tenant) }, _ => elimination ?? new FixedTrials(trials), progress, deadline);
    }

    public static ClassificationJob Create(ModelManifest manifest, ClassificationRequest request, Func<JobSettings, IElimination> elimination, IProgress<ClassificationProgress>? progress = null, TimeSpan? deadline = null)
    {
        JobSettings settings = RequestValidator.Validate(request, manifest, new EngineOptions());
        return new ClassificationJob(settings, new PixelImage([], 4, []), NoiseSchedule.Create(manifest.Schedule), elimination(settings), new JobClock(TimeProvider.System, started: 0, deadline), progress is null ? null : new JobProgress(progress, answersEvery: null));
    }
}
