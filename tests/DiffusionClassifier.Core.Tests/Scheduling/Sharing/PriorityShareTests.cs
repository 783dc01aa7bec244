using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scheduling.Sharing;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling.Sharing;

public sealed class PriorityShareTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void However_many_names_call_only_those_with_work_or_the_largest_debts_are_remembered()
    {
        var share = new PriorityShare(PriorityClass.Standard);
        ClassificationJob busy = Job("busy");
        share.Add(busy, clock: 0);
        for (int i = 0; i < 3_000; i++)
        {
            ClassificationJob job = Job($"token:{i}");
            share.Add(job, clock: 0);
            share.Charge(0, job, seconds: i % 2);
            share.Remove(job);
        }

        Assert.InRange(share.Tenants, 2, 1_000);
        share.Remove(busy); // it was not forgotten with the others: its job is known
    }

    private ClassificationJob Job(string tenant)
    {
        var request = new ClassificationRequest { Image = default, Trials = 1 };
        JobSettings settings = FakeJobs.Settings(new Submission(request) { Caller = new Caller(tenant) }, Manifests.Classes(classes: 2), new EngineOptions());
        return new ClassificationJob(settings, new PixelImage([], 4, []), new JobClock(_time, 0), new FixedTrials(settings.Plan.Count));
    }
}
