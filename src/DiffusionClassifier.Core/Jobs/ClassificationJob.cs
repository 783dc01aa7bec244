using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>
/// The state of one request: which rows it still needs, and what is known so far. The scheduler owns it and calls every method under its
/// own lock until <see cref="State"/> is <see cref="JobState.Ended"/>; others only read what is immutable.
/// </summary>
internal sealed class ClassificationJob
{
    private static long _jobs; // so far, in this process

    private readonly TaskCompletionSource<ClassificationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JobEncoding _encoding;
    private readonly JobRace _race;
    private readonly ErrorMaps? _maps;
    private int _position; // of the stripe that the next row belongs to
    private int _stripeIndex; // of the next row among those of the trial

    /// <param name="settings">What was asked.</param>
    /// <param name="image">The image; null if its latent is known.</param>
    /// <param name="clock">Its times.</param>
    /// <param name="elimination">Decides which labels stay; null: as the settings say.</param>
    /// <param name="latent">The image's latent, if it is known.</param>
    /// <param name="maps">Where rows keep their maps; null: nowhere.</param>
    public ClassificationJob(JobSettings settings, PixelImage? image, JobClock clock, IElimination? elimination = null,
        Latent? latent = null, ErrorMaps? maps = null)
    {
        Settings = settings;
        Clock = clock;
        _race = new JobRace(settings, elimination);
        _encoding = new JobEncoding(settings, image, latent, maps);
        _maps = maps;
    }

    /// <summary>Names the answer.</summary>
    public string Id { get; init; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Names the job to devices: unique in this process.</summary>
    public long Number { get; } = Interlocked.Increment(ref _jobs);

    public JobSettings Settings { get; }

    public TrialPlan Plan => Settings.Plan;

    public LabelScores Scores => _race.Scores;

    public JobClock Clock { get; }

    /// <summary>Where news of the job goes; null: nowhere.</summary>
    public ProgressFeed? Progress { get; init; }

    /// <summary>Called with the number of rows that may still come, whenever that changes.</summary>
    public Action<long>? RemainingRowsChanged { get; init; }

    public JobState State { get; private set; }

    /// <summary>What devices need for the rows; available once everything is encoded.</summary>
    public RowInputs Inputs => _encoding.Inputs;

    /// <summary>Which prompts are the same to the model; null: none, or not known yet.</summary>
    public Likeness? Likeness => _encoding.Likeness;

    /// <inheritdoc cref="JobEncoding.InputWarnings"/>
    public IEnumerable<string> InputWarnings => _encoding.InputWarnings;

    public int RowsRecorded => _race.RowsRecorded;

    public int Batches { get; private set; }

    /// <summary>Whether the strategy came to its own end.</summary>
    public bool IsDecided => _race.IsDecided;

    /// <summary>Why the answer is not what was requested, in words for the client; null: it is.</summary>
    public string? CutShort => _race.CutShort;

    public Task<ClassificationResult> Completion => _completion.Task;

    /// <summary>The errors that the answer is made from; available once there is one.</summary>
    public ScoresView? Answered => _race.Answer;

    /// <summary>Whether a device should encode some of the job now.</summary>
    public bool NeedsEncoding => State == JobState.Queued;

    /// <summary>
    /// Rows that could be added to a batch: up to the next look and, if a batch has one timestep, up to the next other timestep.
    /// </summary>
    public int OpenRows => State != JobState.Running ? 0 : _race.RowsPerTrial * (SameTimestepEnd() - _position) - _stripeIndex;

    /// <summary>After so many more rows, how many there are until the next trial; above zero while there are rows.</summary>
    public int RestOfTrial(int rows) => State == JobState.Running ? _race.RowsPerTrial - (_stripeIndex + rows) % _race.RowsPerTrial : 1;

    /// <summary>Rows still to come if no more labels are eliminated, including those on a device.</summary>
    public int RemainingRows => State == JobState.Ended ? 0 : _race.RemainingRows;

    /// <summary>The timestep of the next row; there must be one.</summary>
    public int NextTimestep => Plan[_position].Timestep;

    /// <summary>What a device should encode next. Null if everything was encoded before: the job is then ready for rows.</summary>
    public EncodingTask? BeginEncoding(long now, PromptMemory memory)
    {
        Clock.FirstWork(now);
        EncodingTask? task = _encoding.Next(memory);
        State = JobState.Encoding;
        if (task is null)
            Run();
        return task;
    }

    /// <summary>Takes what a device encoded; afterward the job has rows, or more to encode.</summary>
    public void Encoded(EncodingTask task, EncodedParts parts, PromptMemory memory, TimeSpan elapsed, long now)
    {
        Clock.Encoded(elapsed, now);
        State = JobState.Queued;
        if (_encoding.Take(task, parts, memory))
            Run();
    }

    /// <summary>
    /// The next row in trial-major order; <see cref="OpenRows"/> must be above zero. Where one row is for all classes, it has the first
    /// prompt.
    /// </summary>
    public (int Prompt, int Position) TakeRow(long now)
    {
        Clock.RowTaken(now);
        (int Prompt, int Position) row = (_race.Prompt(_stripeIndex), _position);
        if (++_stripeIndex == _race.RowsPerTrial)
        {
            _stripeIndex = 0;
            _position++;
        }

        return row;
    }

    /// <summary>Whether a row's error is still of use.</summary>
    public bool Wants(int prompt, int position) => State != JobState.Ended && !Scores.Has(prompt, position);

    /// <summary>
    /// Stores one row's error. At a look, the elimination decides which labels stay; at the end of the trials, the job is decided.
    /// </summary>
    /// <returns>Whether the job is decided: call <see cref="Finish"/>.</returns>
    /// <exception cref="ClassificationException">The error is not finite.</exception>
    public bool Record(int prompt, int position, double error)
    {
        int look = _race.LookEnd;
        bool decided = _race.Record(prompt, position, error);
        if (!decided && _race.LookEnd > look)
            _maps?.Drop(lost => !_race.IsOfUse(lost)); // but not at the end: of those that lost last, one is the next best
        return decided;
    }

    /// <summary>Stores the errors of a row that is for all classes, as <see cref="Record(int, int, double)"/> does for each.</summary>
    /// <param name="position">The trial's position.</param>
    /// <param name="errors">Of every class of the model.</param>
    public bool Record(int position, ReadOnlySpan<double> errors)
    {
        bool decided = false;
        int prompts = _race.Prompts; // a look comes after the last of them
        for (int index = 0; index < prompts; index++)
        {
            int prompt = _race.Prompt(index);
            decided |= Record(prompt, position, errors[Inputs.ClassOf(prompt)]);
        }

        return decided;
    }

    /// <summary>
    /// Accounts for one batch that held rows of the job, and for their share of its device time. Called when they are recorded.
    /// </summary>
    public void CountBatch(TimeSpan share)
    {
        Batches++;
        Clock.AddCompute(share);
        RemainingRowsChanged?.Invoke(RemainingRows);
    }

    /// <summary>
    /// Makes an answer from what is known, if one trial is complete: afterward call <see cref="TryEnd"/> and <see cref="Finish"/>.
    /// </summary>
    /// <param name="reason">The reason that the answer's warnings give.</param>
    /// <returns>Whether there is an answer.</returns>
    public bool TryCutShort(string reason) => _race.TryCutShort(reason);

    /// <summary>Ends the job; nothing of it is scheduled any more. The first call wins.</summary>
    public bool TryEnd()
    {
        bool first = State != JobState.Ended;
        State = JobState.Ended;
        return first;
    }

    /// <summary>
    /// Completes the task with the answer, or with why it cannot be built. Called once, after <see cref="TryEnd"/>, outside the lock.
    /// </summary>
    public void Finish(long now)
    {
        try
        {
            _completion.TrySetResult(ResultBuilder.Build(Settings, _race.Answer!, Snapshot(now)));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    /// <summary>The answer so far, if the client wants one now and a trial is complete.</summary>
    public ClassificationResult? AnswerSoFar(long now)
    {
        TimeSpan waited = Clock.Waited(now);
        if (Progress?.IsAnswerDue(waited) != true || Scores.CompleteTrials() is not (> 0 and int trials))
            return null;
        Progress.AnswerMade(waited);
        return ResultBuilder.Build(Settings, Scores.UpTo(trials), Snapshot(now));
    }

    /// <summary>Tells the client how far the job is. Called outside the lock, before <see cref="Finish"/>.</summary>
    public void ReportProgress(ClassificationResult? answer) => Progress?.Report(RowsRecorded, RowsRecorded + RemainingRows, answer);

    private JobSnapshot Snapshot(long now) =>
        new(Id, IsDecided, CutShort, Clock.Cost(RowsRecorded, Settings.FixedRows, Batches, now), _encoding.Warnings, _encoding.Likeness);

    private int SameTimestepEnd()
    {
        if (!Settings.Manifest.ScalarTimestep || _position >= _race.LookEnd)
            return _race.LookEnd;
        int end = _position + 1;
        while (end < _race.LookEnd && Plan[end].Timestep == NextTimestep)
            end++;
        return end;
    }

    private void Run()
    {
        State = JobState.Running;
        _race.Begin(_encoding.Likeness); // now it is known which prompts are the same
    }
}
