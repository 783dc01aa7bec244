using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
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
    private readonly IProgress<ClassificationProgress>? _progress;
    private int[] _alive = []; // prompts of the arms that still take part
    private int _position; // of the stripe that the next row belongs to
    private int _stripeIndex; // of the next row's prompt in _alive
    private int _lookBegin, _lookEnd; // the trials between two looks
    private int _outstanding; // rows before the next look that are not recorded yet

    public ClassificationJob(JobSettings settings, PixelImage image, NoiseSchedule schedule, IElimination elimination, JobClock clock, IProgress<ClassificationProgress>? progress)
    {
        Settings = settings;
        Image = image;
        Schedule = schedule;
        Clock = clock;
        Scores = new LabelScores(settings.Arms, settings.Plan.Count);
        _elimination = elimination;
        _progress = progress;
        BeginLook();
    }

    public string Id { get; } = Guid.CreateVersion7().ToString("N");

    public JobSettings Settings { get; }

    public PixelImage Image { get; }

    public NoiseSchedule Schedule { get; }

    public TrialPlan Plan => Settings.Plan;

    public LabelScores Scores { get; }

    public JobClock Clock { get; }

    public JobState State { get; private set; }

    /// <summary>x₀, once encoded.</summary>
    public Latent? Latent { get; private set; }

    /// <summary>One per prompt, once encoded.</summary>
    public IReadOnlyList<Conditioning> Conditionings { get; private set; } = [];

    public int RowsRecorded { get; private set; }

    public int Batches { get; private set; }

    public Task<ClassificationResult> Completion => _completion.Task;

    /// <summary>Whether a row can be taken now; false between the last row before a look and that look.</summary>
    public bool HasRows => State == JobState.Running && _position < _lookEnd;

    /// <summary>The timestep of the next row; <see cref="HasRows"/> must hold.</summary>
    public int NextTimestep => Plan[_position].Timestep;

    public void BeginEncoding(long now)
    {
        State = JobState.Encoding;
        Clock.FirstWork(now);
    }

    public void Encoded(Latent latent, IReadOnlyList<Conditioning> conditionings, TimeSpan elapsed)
    {
        Latent = latent;
        Conditionings = conditionings;
        Clock.Encoded(elapsed);
        State = JobState.Running;
    }

    /// <summary>The next row in trial-major order; <see cref="HasRows"/> must hold.</summary>
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
        Scores.Record(row.Prompt, row.Position, error);
        RowsRecorded++;
        if (--_outstanding > 0)
            return false;

        _elimination.Look(Scores, _lookEnd);
        if (_lookEnd == Plan.Count || (_elimination.EndsWithOneLeft && Enumerable.Range(0, Scores.Arms).Count(Scores.IsAlive) <= 1))
            return true;
        BeginLook();
        return false;
    }

    /// <summary>Accounts for one batch that held rows of the job, and for their share of its device time.</summary>
    public void CountBatch(TimeSpan share)
    {
        Batches++;
        Clock.AddCompute(share);
    }

    /// <summary>Ends the job; nothing of it is scheduled any more. The first call wins.</summary>
    public bool TryEnd()
    {
        bool first = State != JobState.Ended;
        State = JobState.Ended;
        return first;
    }

    /// <summary>Completes the task with the answer. Called once, after <see cref="TryEnd"/>, outside the lock.</summary>
    public void Finish(long now) => _completion.TrySetResult(ResultBuilder.Build(this, _lookEnd, now));

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    /// <summary>Tells the client how far the job is. Called outside the lock, before <see cref="Finish"/>.</summary>
    public void ReportProgress()
    {
        int possible = State == JobState.Ended ? 0 : _outstanding + _alive.Length * (Plan.Count - _lookEnd);
        _progress?.Report(new ClassificationProgress(RowsRecorded, RowsRecorded + possible));
    }

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
