using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling.Sharing;

/// <summary>
/// The real scheduler in virtual time, with one device that needs a·rows + b for a batch and, like the real one, has one batch
/// assembled while another runs.
/// </summary>
internal sealed class LoadSimulation
{
    public const int Bucket = 16;
    private const int Labels = 5;
    private const double SecondsPerRow = 0.010, SecondsPerBatch = 0.020; // the device of research: 88.9 rows/s in full batches
    private const double SecondsPerBucket = SecondsPerRow * Bucket + SecondsPerBatch;

    private readonly RowScheduler _scheduler;
    private readonly FakeTimeProvider _time = new();
    private readonly DeviceProfile _device = new("fake", new Dictionary<string, BatchLadder> { ["tiny"] = new([Bucket], [SecondsPerBucket]) });
    private readonly Queue<WorkPlan> _free = new([new WorkPlan(Bucket), new WorkPlan(Bucket)]);
    private readonly PriorityQueue<Func<ClassificationJob>, double> _arrivals = new();
    private readonly double[] _errors = new double[Bucket];
    private readonly List<(ClassificationJob Job, double Submitted)> _active = [];
    private WorkPlan? _running, _assembled;
    private double _now, _end;

    public LoadSimulation(SharingPolicy policy) => _scheduler = new RowScheduler(policy);

    public static double RowsPerSecond => Bucket / SecondsPerBucket;

    /// <summary>Rows that each tenant had.</summary>
    public Dictionary<string, int> Rows { get; } = [];

    public int Batches { get; private set; }

    /// <summary>Latencies of the jobs that were answered, by tenant.</summary>
    public Dictionary<string, List<double>> Latencies { get; } = [];

    private long Now => (long)(_now * _time.TimestampFrequency);

    /// <summary>A job that comes at a time.</summary>
    public void Add(double at, int rows, string tenant, PriorityClass priority = PriorityClass.Interactive) =>
        _arrivals.Enqueue(() => Create(Settings(rows, tenant, priority)), at);

    /// <summary>A large request of the same tenant's that comes in blocks, all at once.</summary>
    public void AddBlocks(double at, int rows, int blocks, string tenant)
    {
        JobSettings whole = Settings(rows * blocks, tenant, PriorityClass.Bulk);
        int trials = whole.Plan.Count / blocks;
        for (int block = 0; block < blocks; block++)
        {
            var part = new Block([.. Enumerable.Range(0, Labels)], block * trials, trials);
            _arrivals.Enqueue(() => Create(BlockSettings.Of(whole, part)), at + block * 1e-9);
        }
    }

    public void Run(double seconds)
    {
        while (_now < seconds)
        {
            Admit();
            Start();
            double next = Math.Min(_running is null ? double.PositiveInfinity : _end, _arrivals.TryPeek(out _, out double arrival) ? arrival : double.PositiveInfinity);
            if (double.IsInfinity(next))
                return;
            _now = next;
            if (_running is not null && _now >= _end)
                Finish();
        }
    }

    private void Admit()
    {
        while (_arrivals.TryPeek(out _, out double arrival) && arrival <= _now)
        {
            ClassificationJob job = _arrivals.Dequeue()();
            _scheduler.Submit(job);
            _active.Add((job, _now));
        }
    }

    // As the worker does: a batch is assembled when the one before it begins.
    private void Start()
    {
        if (_running is null && (_assembled ?? Assemble()) is { } plan)
        {
            (_running, _assembled) = (plan, null);
            _end = _now + (plan.Kind == WorkKind.Encode ? 0 : SecondsPerBucket);
        }

        if (_running is not null)
            _assembled ??= Assemble();
    }

    private WorkPlan? Assemble()
    {
        if (!_free.TryDequeue(out WorkPlan? plan))
            return null;
        _scheduler.Assemble(_device, Now, plan);
        if (plan.Kind != WorkKind.None)
            return plan;
        _free.Enqueue(plan);
        return null;
    }

    private void Finish()
    {
        WorkPlan plan = _running!;
        _running = null;
        if (plan.Kind == WorkKind.Encode)
        {
            _scheduler.CompleteEncoding(plan, new EncodedParts(new Latent([], default), [.. plan.Encoding!.Prompts.Select((_, i) => new ClassConditioning(i))]), TimeSpan.Zero, Now);
        }
        else
        {
            Batches++;
            foreach (WorkRow row in plan.Rows)
                Rows[row.Owner().Settings.Tenant] = Rows.GetValueOrDefault(row.Owner().Settings.Tenant) + 1;
            _scheduler.CompleteBatch(_device, plan, _errors.AsSpan(0, plan.Count), TimeSpan.FromSeconds(SecondsPerBucket), Now);
        }

        plan.Clear();
        _free.Enqueue(plan);
        foreach ((ClassificationJob job, double submitted) in _active.FindAll(pair => pair.Job.State == JobState.Ended))
            (Latencies.TryGetValue(job.Settings.Tenant, out List<double>? latencies) ? latencies : Latencies[job.Settings.Tenant] = []).Add(_now - submitted);
        _active.RemoveAll(pair => pair.Job.State == JobState.Ended);
    }

    private ClassificationJob Create(JobSettings settings) => FakeJobs.Register(
        new ClassificationJob(settings, new PixelImage([], 4, []), new JobClock(_time, Now), new FixedTrials(settings.Plan.Count)));

    private static JobSettings Settings(int rows, string tenant, PriorityClass priority)
    {
        ModelManifest manifest = Manifests.Classes(classes: Labels);
        var request = new ClassificationRequest { Image = default, Trials = rows / Labels, Priority = priority };
        return FakeJobs.Settings(new Submission(request) { Caller = new Caller(tenant) }, manifest, new EngineOptions { InteractiveRows = int.MaxValue });
    }
}
