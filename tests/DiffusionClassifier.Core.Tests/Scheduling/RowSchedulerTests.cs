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
    public void Assemble_NoJob_IsNothing()
    {
        var device = new FakeDevice(new RowScheduler(), 4, "tiny");

        Assert.Equal(WorkKind.None, device.Assemble());
    }

    [Fact]
    public void Assemble_SeveralJobsOfOneModel_FillsOneBatchInOrderOfArrival()
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
    public void Assemble_ManyBatches_AllocatesNothing()
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
    public async Task Cancel_RowsRunning_DropsTheirResultsAndAssemblesNoMore()
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
    public async Task Cancel_WhileEncoding_IsNeverDenoised()
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
    public async Task Cancel_AfterTheAnswer_ChangesNothing()
    {
        var scheduler = new RowScheduler();
        ClassificationJob job = FakeJobs.Create(3, 4);
        scheduler.Submit(job);
        new FakeDevice(scheduler, 4, "tiny").RunToEnd();

        scheduler.Cancel(job, new CancellationToken(canceled: true));

        Assert.Equal("class 0", (await job.Completion).Prediction);
    }

    [Fact]
    public async Task CompleteBatch_AnswerCannotBeBuilt_FailsTheJobInsteadOfLeavingItWithoutAnswer()
    {
        var scheduler = new RowScheduler();
        ClassificationJob job = FakeJobs.Create(2, 1);
        scheduler.Submit(job);
        var device = new FakeDevice(scheduler, 4, "tiny") { Error = _ => double.MaxValue };

        device.RunToEnd();

        await Assert.ThrowsAsync<ArgumentException>(() => job.Completion);
    }

    [Fact]
    public async Task Close_Always_FailsJobsSubmittedBeforeAndAfter()
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
    public void AnyTrace_OfSubmissionsCancellationsFailuresAndBatches_KeepsThePromises()
    {
        for (int seed = 0; seed < Traces; seed++)
            new SchedulerTrace(seed).Run();
    }
}
