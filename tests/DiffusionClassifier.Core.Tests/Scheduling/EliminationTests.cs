using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EliminationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task Labels_that_are_eliminated_at_a_look_cost_no_row_afterwards(int bucket)
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, bucket, "tiny");
        var elimination = new FakeElimination(new Dictionary<int, int[]> { [4] = [1, 3], [8] = [2] }, trials: 16);
        ClassificationJob job = FakeJobs.Create(labels: 5, trials: 16, elimination);

        scheduler.Submit(job);
        device.RunToEnd();
        ClassificationResult result = await job.Completion;

        Assert.Equal([4, 8, 16], elimination.Looks);
        Assert.Equal(5 * 4 + 3 * 4 + 2 * 8, result.Cost.Rows);
        Assert.Equal(80, result.Cost.FixedRows);
        Assert.Equal([(0, 16, null), (1, 4, 4), (2, 8, 8), (3, 4, 4), (4, 16, null)], result.Labels.Select(label => (label.Label[^1] - '0', label.Evaluations, label.EliminatedAt)).Order());
        Assert.Equal((16, 16, true), (result.Decision.Trials, result.Decision.MaxTrials, result.Decision.Complete));
        AssertEveryRowOnce(device.Rows, result.Cost.Rows);
    }

    [Fact]
    public async Task A_job_with_one_label_left_is_decided_at_that_look()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 8, "tiny");
        var progress = new ProgressFeed(answersEvery: null);
        ClassificationJob job = FakeJobs.Create(labels: 3, trials: 16, new FakeElimination(new Dictionary<int, int[]> { [4] = [0, 2] }, trials: 16), progress: progress);

        scheduler.Submit(job);
        device.RunToEnd();
        ClassificationResult result = await job.Completion;

        Assert.Equal("class 1", result.Prediction);
        Assert.Equal((12, 4, 16), (result.Cost.Rows, result.Decision.Trials, result.Decision.MaxTrials));
        Assert.Equal([(1, null), (0, 4), (2, 4)], result.Labels.Select(label => (label.Label[^1] - '0', label.EliminatedAt)));
        Assert.True(progress.Reader.TryRead(out ClassificationProgress last));
        Assert.Equal(new ClassificationProgress(12, 12), last);
        Assert.Equal(0, scheduler.ActiveJobs);
    }

    [Fact]
    public void While_rows_before_a_look_still_run_no_row_beyond_it_is_given()
    {
        var scheduler = new RowScheduler();
        FakeDevice one = new(scheduler, 2, "tiny"), two = new(scheduler, 64, "tiny");
        scheduler.Submit(FakeJobs.Create(labels: 3, trials: 16, new FakeElimination(new Dictionary<int, int[]> { [4] = [1] }, trials: 16)));
        one.Assemble();
        one.Complete();

        one.Assemble();
        two.Assemble();
        int beforeLook = two.Plan.Count;
        two.Complete();
        WorkKind whileOneRuns = two.Assemble();
        one.Complete();
        two.Assemble();

        Assert.Equal(10, beforeLook);
        Assert.Equal(WorkKind.None, whileOneRuns);
        Assert.Equal(24, two.Plan.Count);
        Assert.All(two.Plan.Rows.ToArray(), row => Assert.True(row.Position >= 4 && row.Prompt != 1));
    }

    [Fact]
    public async Task Batches_that_come_back_in_any_order_give_the_same_answer()
    {
        double[] inOrder = await Means(reversed: false), reversed = await Means(reversed: true);

        Assert.Equal(inOrder, reversed);

        static async Task<double[]> Means(bool reversed)
        {
            var scheduler = new RowScheduler();
            FakeDevice[] devices = [.. Enumerable.Range(0, 8).Select(_ => new FakeDevice(scheduler, 5, "tiny"))];
            ClassificationJob job = FakeJobs.Create(labels: 4, trials: 10);
            scheduler.Submit(job);
            devices[0].Assemble();
            devices[0].Complete();
            foreach (FakeDevice device in devices)
                device.Assemble();
            foreach (FakeDevice device in reversed ? devices.Reverse() : devices)
                device.Complete();
            return [.. (await job.Completion).Labels.Select(label => label.MeanError)];
        }
    }

    [Fact]
    public async Task An_elimination_that_throws_fails_its_job_and_spares_the_others_of_the_batch()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 64, "tiny");
        var broken = new FakeElimination(new Dictionary<int, int[]> { [2] = [] }, trials: 4) { Failure = new InvalidOperationException("no table for this") };
        ClassificationJob bad = FakeJobs.Create(labels: 2, trials: 4, broken), good = FakeJobs.Create(labels: 3, trials: 4);
        scheduler.Submit(bad);
        scheduler.Submit(good);

        device.RunToEnd();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => bad.Completion);
        Assert.Equal("no table for this", exception.Message);
        Assert.Equal(12, (await good.Completion).Cost.Rows);
    }

    [Fact]
    public async Task Rows_rise_and_their_maximum_falls_until_they_meet_before_the_answer()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 3, "tiny");
        List<ClassificationProgress> reports = [];
        var progress = new ProgressFeed(answersEvery: null);
        ClassificationJob job = FakeJobs.Create(labels: 5, trials: 16, new FakeElimination(new Dictionary<int, int[]> { [4] = [1], [8] = [0, 2] }, trials: 16), progress: progress);

        scheduler.Submit(job);
        while (device.Assemble() is not WorkKind.None and var kind)
        {
            device.Complete();
            if (kind == WorkKind.Denoise && progress.Reader.TryRead(out ClassificationProgress news))
                reports.Add(news);
        }

        ClassificationResult result = await job.Completion;

        Assert.Equal(result.Cost.Batches, reports.Count);
        Assert.Equal(new ClassificationProgress(3, 80), reports[0]);
        Assert.Equal(new ClassificationProgress(result.Cost.Rows, result.Cost.Rows), reports[^1]);
        foreach ((ClassificationProgress earlier, ClassificationProgress later) in reports.Zip(reports.Skip(1)))
            Assert.True(later.Rows > earlier.Rows && later.MaxRows <= earlier.MaxRows && later.Rows <= later.MaxRows, $"{earlier} → {later}");
    }

    private static void AssertEveryRowOnce(IEnumerable<WorkRow> rows, int count)
    {
        (int, int)[] names = [.. rows.Select(row => (row.Prompt, row.Position))];
        Assert.Equal(count, names.Length);
        Assert.Equal(count, names.Distinct().Count());
    }
}
