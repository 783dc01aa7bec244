namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// One piece of device work: the scheduler fills it in <see cref="RowScheduler.Assemble"/>, the worker that owns it carries it out and
/// hands it back. Reused for every turn, so assembling allocates nothing.
/// </summary>
internal sealed class WorkPlan(int capacity)
{
    private readonly WorkRow[] _rows = new WorkRow[capacity];
    private int _timestep; // of the row added last

    public WorkKind Kind { get; private set; }

    /// <summary>The model that the work is for.</summary>
    public string Model { get; private set; } = "";

    /// <summary>The job to encode, where <see cref="Kind"/> is <see cref="WorkKind.Encode"/>.</summary>
    public ClassificationJob? Job { get; private set; }

    /// <summary>The rows to run, where <see cref="Kind"/> is <see cref="WorkKind.Denoise"/>: rows of one job and trial stand together.</summary>
    public ReadOnlySpan<WorkRow> Rows => _rows.AsSpan(0, Count);

    public int Count { get; private set; }

    public void Clear()
    {
        _rows.AsSpan(0, Count).Clear();
        (Kind, Job, Count) = (WorkKind.None, null, 0);
    }

    public void Encode(ClassificationJob job) => (Kind, Job, Model) = (WorkKind.Encode, job, job.Settings.Manifest.Id);

    /// <summary>Whether the next row of a job may share the batch: one model, and one timestep where the export takes only one.</summary>
    public bool Accepts(ClassificationJob job) => Count == 0
        || (job.Settings.Manifest.Id == Model && (!job.Settings.Manifest.ScalarTimestep || job.NextTimestep == _timestep));

    public void Add(WorkRow row)
    {
        (Kind, Model) = (WorkKind.Denoise, row.Job.Settings.Manifest.Id);
        _timestep = row.Job.Plan[row.Position].Timestep;
        _rows[Count++] = row;
    }
}
