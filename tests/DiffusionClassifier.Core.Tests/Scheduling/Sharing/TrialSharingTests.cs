using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling.Sharing;

/// <summary>Rows of one trial share their noise, and with some models half of the denoiser: what runs apart costs more.</summary>
public sealed class TrialSharingTests
{
    private const int Bucket = 8, Labels = 10, Trials = 16, Jobs = 16;

    [Theory]
    [InlineData(PriorityClass.Standard)]
    [InlineData(PriorityClass.Bulk)]
    public void Many_jobs_at_once_need_hardly_more_noise_than_one_after_the_other(PriorityClass priority)
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, Bucket, "tiny");
        ClassificationJob[] jobs = [.. Enumerable.Range(0, Jobs).Select(_ => FakeJobs.Create(Labels, Trials, priority: priority))];
        foreach (ClassificationJob job in jobs)
            scheduler.Submit(job);

        device.RunToEnd();

        int drawn = device.Batches.Sum(batch => batch.Select(row => (row.Job, row.Position)).Distinct().Count());
        Assert.All(jobs, job => Assert.True(job.Completion.IsCompletedSuccessfully));
        Assert.InRange(drawn, Jobs * Trials, 2.4 * Jobs * Trials); // ten rows do not fit into one batch of eight: alone, each trial is in two
    }

    [Fact]
    public void Jobs_of_bulk_work_still_get_on_side_by_side()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, Bucket, "tiny");
        for (int i = 0; i < Jobs; i++)
            scheduler.Submit(FakeJobs.Create(Labels, 100 * Trials, priority: PriorityClass.Bulk));
        while (device.Rows.Count() < 100 * Jobs * Labels && device.Assemble() != WorkKind.None)
            device.Complete();

        int[] rows = [.. device.Rows.CountBy(row => row.Job).Select(pair => pair.Value)];

        Assert.Equal(Jobs, rows.Length);
        Assert.InRange(rows.Max() - rows.Min(), 0, 2 * Labels);
    }
}
