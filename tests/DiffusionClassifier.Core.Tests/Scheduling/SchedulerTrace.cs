using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scheduling.Devices;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>One random history of a scheduler with three devices and two models; every step checks what must hold at any time.</summary>
internal sealed class SchedulerTrace
{
    private const int Steps = 150;

    private readonly Random _random;
    private readonly RowScheduler _scheduler = new();
    private readonly FakeDevice[] _devices;
    private readonly string[][] _models = [["one"], ["one", "two"], ["two"]];
    private readonly List<ClassificationJob> _jobs = [];
    private readonly HashSet<ClassificationJob> _stopped = [];
    private readonly HashSet<WorkRow> _assembled = [];

    public SchedulerTrace(int seed)
    {
        _random = new Random(seed);
        _devices = [.. _models.Select(models => new FakeDevice(_scheduler, _random.Next(1, 40), models) { Error = Error })];
    }

    public void Run()
    {
        for (int step = 0; step < Steps; step++)
            Step();
        while (Array.FindAll(_devices, Advance) is not [])
        {
        }

        Assert.Equal(0, _scheduler.ActiveJobs);
        Assert.All(_jobs, AssertEnded);
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case 0 or 1:
                Submit();
                break;
            case 2 when _jobs.Count > 0:
                Cancel(_jobs[_random.Next(_jobs.Count)]);
                break;
            case 3 when _random.Next(4) == 0:
                Break(_devices[_random.Next(_devices.Length)]);
                break;
            default:
                Advance(_devices[_random.Next(_devices.Length)]);
                break;
        }
    }

    private void Submit()
    {
        (int labels, int trials) = (_random.Next(1, 8), _random.Next(1, 20));
        IElimination elimination = _random.Next(2) == 0 ? new FixedTrials(trials) : RandomElimination(labels, trials);
        ClassificationJob job = Jobs.Create(labels, trials, elimination, _random.Next(2) == 0 ? "one" : "two");
        _jobs.Add(job);
        _scheduler.Submit(job);
    }

    private FakeElimination RandomElimination(int labels, int trials)
    {
        int[] order = [.. Enumerable.Range(0, labels)];
        _random.Shuffle(order);
        return new FakeElimination(order.Skip(1).GroupBy(_ => _random.Next(1, trials + 1)).ToDictionary(group => group.Key, group => group.ToArray()), trials);
    }

    private void Cancel(ClassificationJob job)
    {
        _scheduler.Cancel(job, new CancellationToken(canceled: true));
        _stopped.Add(job);
    }

    private void Break(FakeDevice device)
    {
        _stopped.UnionWith(device.Plan.Rows.ToArray().Select(row => row.Job));
        if (device.Plan.Job is { } encoding)
            _stopped.Add(encoding);
        device.Fail(new InvalidOperationException("broken"));
    }

    // An idle device takes work, a busy one hands it back; false where there is none.
    private bool Advance(FakeDevice device)
    {
        if (device.Plan.Kind != WorkKind.None)
        {
            device.Complete();
            return true;
        }

        WorkKind kind = device.Assemble();
        if (kind == WorkKind.Denoise)
            CheckBatch(device, device.Plan.Rows);
        return kind != WorkKind.None;
    }

    private void CheckBatch(FakeDevice device, ReadOnlySpan<WorkRow> rows)
    {
        string[] models = _models[Array.IndexOf(_devices, device)];
        Assert.Contains(device.Plan.Model, models);
        WorkRow[] batch = rows.ToArray();
        Assert.All(batch, row =>
        {
            Assert.Equal(device.Plan.Model, row.Job.Settings.Manifest.Id);
            Assert.DoesNotContain(row.Job, _stopped);
            Assert.True(_assembled.Add(row), "a row was assembled twice");
            Assert.True(row.Job.Scores.IsAlive(row.Prompt), "an eliminated label was assembled");
        });

        // Rows of one image and trial stand together: the noise is drawn once for them.
        (ClassificationJob, int)[] runs = [.. batch.Select(row => (row.Job, row.Position)).Where((key, i) => i == 0 || key != (batch[i - 1].Job, batch[i - 1].Position))];
        Assert.Equal(runs.Length, runs.Distinct().Count());
    }

    private void AssertEnded(ClassificationJob job)
    {
        Assert.True(job.Completion.IsCompleted, "a job never ended");
        if (!job.Completion.IsCompletedSuccessfully)
        {
            Assert.Contains(job, _stopped);
            return;
        }

        int rows = Enumerable.Range(0, job.Settings.Labels.Count).Sum(job.Scores.Count);
        Assert.Equal(job.RowsRecorded, rows);
        Assert.Equal(rows, _assembled.Count(row => row.Job == job));
    }

    // One row in two thousand is not a number, and its job ends with it.
    private double Error(WorkRow row)
    {
        if (_random.Next(2000) != 0)
            return row.Prompt + _random.NextDouble();
        _stopped.Add(row.Job);
        return double.NaN;
    }
}
