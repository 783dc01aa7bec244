using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling.Devices;
using DiffusionClassifier.Core.Scheduling.Sharing;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// The state of one request: which rows it still wants, and what is known so far. The <see cref="RowScheduler"/> owns it and calls every
/// method under its lock until <see cref="State"/> is <see cref="JobState.Ended"/>; workers only read what is immutable.
/// </summary>
internal sealed class ClassificationJob
{
    private readonly TaskCompletionSource<ClassificationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IElimination _elimination;
    private readonly JobProgress? _progress;
    private readonly Reservation? _reservation;
    private readonly JobEncoding _encoding;
    private int[] _alive = []; // prompts of the arms that still take part
    private int _position; // of the stripe that the next row belongs to
    private int _stripeIndex; // of the next row's prompt in _alive
    private int _lookBegin, _lookEnd; // the trials between two looks
    private int _outstanding; // rows before the next look that are not recorded yet

    public ClassificationJob(JobSettings settings, PixelImage image, NoiseSchedule schedule, IElimination elimination, JobClock clock, JobProgress? progress = null, Reservation? reservation = null)
    {
        Settings = settings;
        Image = image;
        Schedule = schedule;
        Clock = clock;
        Scores = new LabelScores(settings.Arms, settings.Plan.Count);
        _elimination = elimination;
        _progress = progress;
        _reservation = reservation;
        _encoding = new JobEncoding(settings);
        BeginLook();
    }

    public string Id { get; } = Guid.CreateVersion7().ToString("N");

    public JobSettings Settings { get; }

    public PixelImage Image { get; }

    public NoiseSchedule Schedule { get; }

    public TrialPlan Plan => Settings.Plan;

    public LabelScores Scores { get; }

    public JobClock Clock { get; }

    /// <summary>The job's part of its tenant's device time.</summary>
    public Share Share { get; } = new(weight: 1);

    public JobState State { get; private set; }

    /// <summary>x₀, once encoded.</summary>
    public Latent? Latent => _encoding.Latent;

    /// <summary>One per prompt, once encoded.</summary>
    public IReadOnlyList<Conditioning> Conditionings => _encoding.Conditionings;

    public int RowsRecorded { get; private set; }

    public int Batches { get; private set; }

    /// <summary>Whether the strategy came to its own end.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Why the answer is not what was asked for, in words for the client; null: it is.</summary>
    public string? CutShort { get; private set; }

    public Task<ClassificationResult> Completion => _completion.Task;

    /// <summary>Whether a device should encode some of the job now.</summary>
    public bool NeedsEncoding => State == JobState.Queued;

    /// <summary>Rows that the batch in the making gives the job; 0 between two batches.</summary>
    public int Allotted { get; set; }

    /// <summary>Whether any batch has held a row of the job.</summary>
    public bool HasHadRows => Allotted > 0 || _stripeIndex > 0 || _position > 0;

    /// <summary>Rows that could still be added to a batch: up to the next look and, where a batch has one timestep, up to the next other timestep.</summary>
    public int UnallottedRows => State != JobState.Running ? 0 : _alive.Length * (SameTimestepEnd() - _position) - _stripeIndex - Allotted;

    /// <summary>Rows still to come if no label is eliminated any more, those on a device included.</summary>
    public int RemainingRows => State == JobState.Ended ? 0 : _outstanding + _alive.Length * (Plan.Count - _lookEnd);

    /// <summary>The timestep of the next row; there must be one.</summary>
    public int NextTimestep => Plan[_position].Timestep;

    /// <summary>Writes what there is to encode to a plan. Where everything was encoded before, the plan stays without work and the job is ready for rows.</summary>
    public void BeginEncoding(long now, ConditioningCache cache, WorkPlan plan)
    {
        Clock.FirstWork(now);
        _encoding.Plan(cache, plan);
        if (Latent is not null && plan.Prompts.Count == 0)
        {
            State = JobState.Running;
            return;
        }

        State = JobState.Encoding;
        plan.Encode(this);
    }

    /// <summary>Takes what a device encoded of a plan; afterwards the job has rows, or more to encode.</summary>
    public void Encoded(WorkPlan plan, EncodedParts parts, ConditioningCache cache, TimeSpan elapsed, long now)
    {
        Clock.Encoded(elapsed, now);
        State = _encoding.Take(plan, parts, cache) ? JobState.Running : JobState.Queued;
    }

    /// <summary>The next row in trial-major order; <see cref="UnallottedRows"/> or <see cref="Allotted"/> must be above zero.</summary>
    public WorkRow TakeRow(long now)
    {
        Clock.RowTaken(now);
        var row = new WorkRow(this, _alive[_stripeIndex], _position);
        if (++_stripeIndex == _alive.Length)
        {
            _stripeIndex = 0;
            _position++;
        }

        return row;
    }

    /// <summary>Stores one row's error. At a look the elimination decides who goes on; at the end of the trials the job is decided.</summary>
    /// <returns>Whether the job is decided: call <see cref="Finish"/>.</returns>
    /// <exception cref="ClassificationException">The error is not finite.</exception>
    public bool Record(WorkRow row, double error)
    {
        if (!double.IsFinite(error))
            throw NotFinite(row);
        Scores.Record(row.Prompt, row.Position, Settings.Weights is { } weights ? weights[row.Position] * error : error);
        RowsRecorded++;
        if (--_outstanding > 0)
            return false;

        _elimination.Look(Scores, _lookEnd);
        if (_lookEnd == Plan.Count || LabelsAlive() <= _elimination.EndsWith)
        {
            Scores.Limit = _lookEnd;
            return IsDecided = true;
        }

        BeginLook();
        return false;
    }

    /// <summary>Accounts for one batch that held rows of the job, and for their share of its device time. Called when they are recorded.</summary>
    public void CountBatch(TimeSpan share)
    {
        Batches++;
        Clock.AddCompute(share);
        _reservation?.Shrink(RemainingRows);
    }

    /// <summary>Makes what is known the answer, if one trial is complete: afterwards call <see cref="TryEnd"/> and <see cref="Finish"/>.</summary>
    /// <param name="reason">Said in the answer's warnings.</param>
    /// <returns>Whether there is an answer.</returns>
    public bool TryCutShort(string reason)
    {
        int trials = Scores.CompleteTrials();
        if (trials == 0)
            return false;
        Scores.Limit = trials;
        CutShort = reason;
        return true;
    }

    /// <summary>Ends the job; nothing of it is scheduled any more. The first call wins.</summary>
    public bool TryEnd()
    {
        bool first = State != JobState.Ended;
        State = JobState.Ended;
        return first;
    }

    /// <summary>Completes the task with the answer, or with why it cannot be built. Called once, after <see cref="TryEnd"/>, outside the lock.</summary>
    public void Finish(long now)
    {
        try
        {
            _completion.TrySetResult(ResultBuilder.Build(this, now));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    /// <summary>The answer so far, where the client wants one now.</summary>
    public ClassificationResult? AnswerSoFar(long now) => _progress?.Answer(this, now);

    /// <summary>Tells the client how far the job is. Called outside the lock, before <see cref="Finish"/>.</summary>
    public void ReportProgress(ClassificationResult? answer) => _progress?.Report(new ClassificationProgress(RowsRecorded, RowsRecorded + RemainingRows, answer));

    private int SameTimestepEnd()
    {
        if (!Settings.Manifest.ScalarTimestep || _position >= _lookEnd)
            return _lookEnd;
        int end = _position + 1;
        while (end < _lookEnd && Plan[end].Timestep == NextTimestep)
            end++;
        return end;
    }

    // Which of a label's competing prompts is the best need not be certain.
    private int LabelsAlive() => Settings.Arms.Where((_, arm) => Scores.IsAlive(arm)).DistinctBy(arm => arm.Label).Count();

    private void BeginLook()
    {
        _alive = [.. Settings.Arms.Where((_, arm) => Scores.IsAlive(arm)).SelectMany(arm => arm.Prompts)];
        _lookBegin = _lookEnd;
        _lookEnd = Math.Clamp(_elimination.NextLook(_lookBegin), _lookBegin + 1, Plan.Count);
        _outstanding = _alive.Length * (_lookEnd - _lookBegin);
    }

    private ClassificationException NotFinite(WorkRow row)
    {
        string label = Settings.Labels[Settings.Arms.First(arm => arm.Prompts.Contains(row.Prompt)).Label].Label;
        Trial trial = Plan[row.Position]; // with noise shared among trials neither of its numbers names it alone
        return new ClassificationException(ClassificationError.ModelFailure,
            $"Model '{Settings.Manifest.Id}' gave a result that is not a finite number for the label '{label}', trial (timestep {trial.Timestep}, noise {trial.NoiseIndex}). The model may overflow in half precision.");
    }
}
