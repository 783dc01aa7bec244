using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// One piece of device work: an <see cref="IWorkSource"/> fills it, the worker that owns it carries it out and hands it back. Reused every
/// time, so assembling a batch allocates nothing.
/// </summary>
/// <param name="capacity">Rows to begin with; the first batch of a model with more makes it larger.</param>
internal sealed class WorkPlan(int capacity)
{
    private WorkRow[] _rows = new WorkRow[capacity];
    private RowInputs[] _inputs = new RowInputs[capacity];

    public WorkKind Kind { get; private set; }

    /// <summary>The model that the work is for.</summary>
    public string Model { get; private set; } = "";

    /// <summary>Number of the job to encode, where <see cref="Kind"/> is <see cref="WorkKind.Encode"/>.</summary>
    public long Job { get; private set; }

    /// <summary>What to encode; null for other work.</summary>
    public EncodingTask? Encoding { get; private set; }

    /// <summary>What to do, where <see cref="Kind"/> is <see cref="WorkKind.Errand"/>.</summary>
    public Errand? Errand { get; private set; }

    /// <summary>The model's batch sizes, where <see cref="Kind"/> is <see cref="WorkKind.Denoise"/>.</summary>
    public BatchLadder? Ladder { get; private set; }

    /// <summary>
    /// The rows to run, where <see cref="Kind"/> is <see cref="WorkKind.Denoise"/>: rows of one job and trial are adjacent.
    /// </summary>
    public ReadOnlySpan<WorkRow> Rows => _rows.AsSpan(0, Count);

    /// <summary>What each row is made of.</summary>
    public ReadOnlySpan<RowInputs> Inputs => _inputs.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>The batch size that holds the rows.</summary>
    public int Bucket { get; private set; }

    /// <summary>How long the rows usually take.</summary>
    public double ExpectedSeconds { get; private set; }

    /// <summary>Whether no more rows fit into any batch.</summary>
    public bool IsFull => Count == Bucket;

    /// <summary>Whether the rows were in a batch that failed.</summary>
    public bool IsRetry { get; private set; }

    public void Clear()
    {
        _inputs.AsSpan(0, Count).Clear(); // keeps no request alive
        (Kind, Job, Encoding, Errand, Ladder, Count, Bucket, ExpectedSeconds, IsRetry) =
            (WorkKind.None, 0, null, null, null, 0, 0, 0, false);
    }

    public void Encode(string model, long job, EncodingTask encoding) =>
        (Kind, Model, Job, Encoding) = (WorkKind.Encode, model, job, encoding);

    public void Denoise(string model, BatchLadder ladder, int rows, bool isRetry = false)
    {
        (Kind, Model, Ladder) = (WorkKind.Denoise, model, ladder);
        (Bucket, ExpectedSeconds, IsRetry) = (ladder.Bucket(rows), ladder.Seconds(rows), isRetry);
        if (_rows.Length >= Bucket)
            return;
        Array.Resize(ref _rows, Bucket);
        Array.Resize(ref _inputs, Bucket);
    }

    public void Add(WorkRow row, RowInputs inputs)
    {
        _rows[Count] = row;
        _inputs[Count++] = inputs;
    }

    public void Run(Errand errand)
    {
        Clear();
        (Kind, Model, Errand) = (WorkKind.Errand, "", errand);
    }

    public void Rebuild(string model)
    {
        Clear();
        (Kind, Model) = (WorkKind.Rebuild, model);
    }
}
