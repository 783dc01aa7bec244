using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>One random history of a scheduler with three devices and two models; every step checks what must hold at any time.</summary>
internal sealed class SchedulerTrace
{
    private const int Steps = 100;

    private readonly Random _random;
    private readonly RowScheduler _scheduler = new();
    private readonly FakeDevice[] _devices;
    private readonly string[][] _models = [["one"], ["one", "two"], ["two"]];
    private readonly List<ClassificationJob> _jobs = [];
    private readonly HashSet<ClassificationJob> _served = []; // have had a row
    private readonly HashSet<ClassificationJob> _ended = []; // from outside, or by a row of their own that is bad
    private readonly HashSet<WorkRow> _poison = []; // a batch with such a row fails
    private readonly HashSet<WorkRow> _running = [];
    private readonly HashSet<WorkRow> _done = [];

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

        Assert.True(_scheduler.ActiveJobs == 0, "jobs were left that no device works on");
        foreach (ClassificationJob job in _jobs)
            CheckEnd(job);
    }

    private void Step()
    {
        switch (_random.Next(16))
        {
            case 0 or 1 or 2:
                Submit();
                break;
            case 3 when _jobs.Count > 0:
                Stop(_jobs[_random.Next(_jobs.Count)]);
                break;
            case 4 when _random.Next(3) == 0:
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
        ClassificationJob job = FakeJobs.Create(labels, trials, elimination, _random.Next(2) == 0 ? "one" : "two",
            priority: (PriorityClass)_random.Next(3), tenant: $"tenant {_random.Next(3)}");
        if (_random.Next(10) == 0)
            _poison.Add(new WorkRow(job.Number, _random.Next(labels), _random.Next(trials)));
        _jobs.Add(job);
        _scheduler.Submit(job);
    }

    private FakeElimination RandomElimination(int labels, int trials)
    {
        int[] order = [.. Enumerable.Range(0, labels)];
        _random.Shuffle(order);
        return new FakeElimination(order.Skip(1).GroupBy(_ => _random.Next(1, trials + 1)).ToDictionary(group => group.Key, group => group.ToArray()), trials);
    }

    // The client goes away, or its deadline comes.
    private void Stop(ClassificationJob job)
    {
        bool answerable = job.Scores.CompleteTrials() > 0;
        if (_random.Next(2) == 0)
        {
            _scheduler.Cancel(job, new CancellationToken(canceled: true));
        }
        else
        {
            bool running = !job.Completion.IsCompleted;
            _scheduler.CutShort(job, now: 2, "in time", new TimeoutException());
            Check(!running || job.Completion.IsCompletedSuccessfully == answerable, "a deadline gives an answer if one trial is complete, and only then");
        }

        _ended.Add(job);
    }

    // Of what a device loses nothing is lost, but what it was encoding; for want of memory it runs smaller batches from now on.
    private void Break(FakeDevice device)
    {
        if (device.Plan.Kind == WorkKind.Encode)
            _ended.Add(_jobs.Single(job => job.Number == device.Plan.Job));
        if (device.Plan.Count == 1)
            _ended.Add(device.Plan.Rows[0].Owner()); // nothing else can be to blame
        _running.ExceptWith(device.Plan.Rows.ToArray());
        if (device.Plan.Kind == WorkKind.Denoise && _random.Next(2) == 0)
            device.RunOutOfMemory();
        else
            device.Fail(new InvalidOperationException("broken"));
    }

    // An idle device takes work, a busy one hands it back; false where there is none.
    private bool Advance(FakeDevice device)
    {
        if (device.Plan.Kind != WorkKind.None)
        {
            HandBack(device);
            return true;
        }

        bool hasWork = _jobs.Exists(job => job.State == JobState.Queued || job.OpenRows > 0 ? device.Runs(job) : false);
        ClassificationJob[] newcomers = [.. _jobs.Where(job => job.State == JobState.Running && !_served.Contains(job) && job.OpenRows > 0)];
        int active = _jobs.Count(job => job.State != JobState.Ended);
        WorkKind kind = device.Assemble();
        Check(kind != WorkKind.None || !hasWork, "a device stays idle while there is work for it");
        if (kind == WorkKind.Denoise)
            CheckBatch(device, newcomers, active);
        return kind != WorkKind.None;
    }

    private void HandBack(FakeDevice device)
    {
        WorkRow[] rows = device.Plan.Rows.ToArray();
        _running.ExceptWith(rows);
        if (Array.Find(rows, _poison.Contains) is { Job: > 0 } bad && bad.Owner().State != JobState.Ended)
        {
            _ended.Add(bad.Owner());
            device.Fail(new InvalidOperationException("poisoned"));
            return;
        }

        foreach (WorkRow row in rows.Where(row => row.Owner().State != JobState.Ended))
            Check(_done.Add(row), "a row was recorded twice");
        device.Complete();
    }

    private void CheckBatch(FakeDevice device, ClassificationJob[] newcomers, int active)
    {
        WorkRow[] batch = device.Plan.Rows.ToArray();
        foreach (WorkRow row in batch)
        {
            Check(device.Plan.Model == row.Owner().Settings.Manifest.Id && device.Runs(row.Owner()), "a batch has one model, which the device runs");
            Check(row.Owner().State == JobState.Running, "a job that has ended got a row");
            Check(row.Owner().Scores.IsAlive(row.Prompt), "an eliminated label got a row");
            Check(!_done.Contains(row) && _running.Add(row), "a row was assembled twice");
            _served.Add(row.Owner());
        }

        // Rows of one image and trial stand together: the noise is drawn once for them.
        (ClassificationJob, int)[] runs = [.. batch.Select(row => (row.Owner(), row.Position)).Where((key, i) => i == 0 || key != (batch[i - 1].Owner(), batch[i - 1].Position))];
        Check(device.Plan.IsRetry || runs.Length == runs.Distinct().Count(), "the rows of one trial were scattered");

        // An encoded newcomer that somebody waits for is in the next batch of its model, one a tenant and class at least.
        if (!device.Plan.IsRetry && active <= device.Top(device.Plan.Model))
        {
            foreach (var own in newcomers.Where(job => job.Settings.Manifest.Id == device.Plan.Model && job.Settings.Priority != PriorityClass.Bulk).GroupBy(job => (job.Settings.Tenant, job.Settings.Priority)))
                Check(own.Any(job => batch.Any(row => row.Owner() == job)), "a newcomer got no row in the next batch");
        }
    }

    private void CheckEnd(ClassificationJob job)
    {
        Check(job.Completion.IsCompleted, "a job never ended");
        if (_ended.Contains(job))
            return;
        Check(job.Completion.IsCompletedSuccessfully, "a job failed for another's fault");
        int rows = Enumerable.Range(0, job.Settings.Labels.Count).Sum(job.Scores.Count);
        Check(job.RowsRecorded == rows && _done.Count(row => row.Owner() == job) == rows, "a row was lost");
    }

    // One row in two thousand is not a number, and its job ends with it.
    private double Error(WorkRow row)
    {
        if (_random.Next(2000) != 0)
            return row.Prompt + _random.NextDouble();
        _ended.Add(row.Owner());
        return double.NaN;
    }

    // As Assert.True, without a message being made for each of millions of checks.
    private static void Check(bool condition, string promise)
    {
        if (!condition)
            Assert.Fail(promise);
    }
}
