using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class RowSchedulerTests
{
    private const int Traces = 10_000;

    [Fact]
    public void Without_a_job_nothing_is_assembled()
    {
        var device = new FakeDevice(new RowScheduler(), 4, "tiny");

        Assert.Equal(WorkKind.None, device.Assemble());
    }

    [Fact]
    public void Several_jobs_of_one_model_fill_one_batch_in_order_of_arrival()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 8, "tiny");
        ClassificationJob[] jobs = [FakeJobs.Create(2, 2), FakeJobs.Create(2, 1), FakeJobs.Create(3, 5)];
        Array.ForEach(jobs, scheduler.Submit);
        for (int i = 0; i < jobs.Length; i++)
        {
            Assert.Equal(WorkKind.Encode, device.Assemble());
            device.Complete();
        }

        device.Assemble();

        Assert.Equal([(0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 0, 0), (1, 1, 0), (2, 0, 0), (2, 1, 0)],
            device.Plan.Rows.ToArray().Select(row => (Array.IndexOf(jobs, row.Owner()), row.Prompt, row.Position)));
    }

    [Fact]
    public void Assembling_many_batches_allocates_nothing()
    {
        var scheduler = new RowScheduler();
        scheduler.Submit(FakeJobs.Create(5, 1000));
        var encoder = new FakeDevice(scheduler, 8, "tiny");
        encoder.Assemble();
        encoder.Complete();
        var device = new DeviceProfile("fake", new Dictionary<string, BatchLadder> { ["tiny"] = new(1, 8) });
        var plan = new WorkPlan(8);
        scheduler.Assemble(device, now: 1, plan);

        long allocated = Allocations.Of(() => scheduler.Assemble(device, now: 1, plan));

        Assert.Equal((8, 0), (plan.Count, allocated));
    }

    [Fact]
    public async Task Cancelling_a_job_while_its_rows_run_drops_their_results_and_assembles_no_more()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 4, "tiny");
        ClassificationJob job = FakeJobs.Create(3, 4);
        scheduler.Submit(job);
        device.Assemble();
        device.Complete();
        device.Assemble();

        scheduler.Cancel(job, new CancellationToken(canceled: true));
        device.Complete();

        Assert.Equal(WorkKind.None, device.Assemble());
        Assert.Equal((0, 0), (job.RowsRecorded, scheduler.ActiveJobs));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Completion);
    }

    [Fact]
    public async Task A_job_that_is_canceled_while_it_is_encoded_is_never_denoised()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 4, "tiny");
        ClassificationJob job = FakeJobs.Create(3, 4);
        scheduler.Submit(job);
        device.Assemble();

        scheduler.Cancel(job, new CancellationToken(canceled: true));
        device.Complete();

        Assert.Equal(WorkKind.None, device.Assemble());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Completion);
    }

    [Fact]
    public async Task Cancelling_after_the_answer_changes_nothing()
    {
        var scheduler = new RowScheduler();
        ClassificationJob job = FakeJobs.Create(3, 4);
        scheduler.Submit(job);
        new FakeDevice(scheduler, 4, "tiny").RunToEnd();

        scheduler.Cancel(job, new CancellationToken(canceled: true));

        Assert.Equal("class 0", (await job.Completion).Prediction);
    }

    [Fact]
    public async Task A_job_whose_answer_cannot_be_built_fails_instead_of_staying_without_one()
    {
        var scheduler = new RowScheduler();
        ClassificationJob job = FakeJobs.Create(2, 1);
        scheduler.Submit(job);
        var device = new FakeDevice(scheduler, 4, "tiny") { Error = _ => double.MaxValue };

        device.RunToEnd();

        await Assert.ThrowsAsync<ArgumentException>(() => job.Completion);
    }

    [Fact]
    public async Task Closing_fails_jobs_submitted_before_and_after()
    {
        var scheduler = new RowScheduler();
        ClassificationJob before = FakeJobs.Create(2, 1), after = FakeJobs.Create(2, 1);
        scheduler.Submit(before);

        scheduler.Close(new ClassificationException(ClassificationError.Draining, "first"));
        scheduler.Close(new ClassificationException(ClassificationError.Draining, "second"));
        scheduler.Submit(after);

        Assert.Equal("first", (await Assert.ThrowsAsync<ClassificationException>(() => before.Completion)).Message);
        Assert.Equal("first", (await Assert.ThrowsAsync<ClassificationException>(() => after.Completion)).Message);
        Assert.Equal(WorkKind.None, new FakeDevice(scheduler, 4, "tiny").Assemble());
    }

    [Fact]
    public void Any_trace_of_submissions_cancellations_failures_and_batches_keeps_the_promises()
    {
        for (int seed = 0; seed < Traces; seed++)
            new SchedulerTrace(seed).Run();
    }
}
