namespace DiffusionClassifier.Core.Scheduling.Devices;

/// <summary>
/// One piece of device work: the scheduler fills it in <see cref="RowScheduler.Assemble"/>, the worker that owns it carries it out and
/// hands it back. Reused for every turn, so assembling a batch allocates nothing.
/// </summary>
internal sealed class WorkPlan(int capacity)
{
    // Prompts are encoded a few at a time, so that other jobs' rows come between: 8 take a GPU some 10 ms and a CPU less than one
    // denoiser call of the same model.
    private const int PromptsPerTurn = 8;

    private readonly WorkRow[] _rows = new WorkRow[capacity];
    private readonly List<string> _prompts = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal); // what is in _prompts

    public WorkKind Kind { get; private set; }

    /// <summary>The model that the work is for.</summary>
    public string Model { get; private set; } = "";

    /// <summary>The job to encode, where <see cref="Kind"/> is <see cref="WorkKind.Encode"/>.</summary>
    public ClassificationJob? Job { get; private set; }

    /// <summary>The prompts to encode.</summary>
    public IReadOnlyList<string> Prompts => _prompts;

    /// <summary>The rows to run, where <see cref="Kind"/> is <see cref="WorkKind.Denoise"/>: rows of one job and trial stand together.</summary>
    public ReadOnlySpan<WorkRow> Rows => _rows.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>The batch size that holds the rows.</summary>
    public int Bucket { get; private set; }

    /// <summary>How long the rows usually take.</summary>
    public double ExpectedSeconds { get; private set; }

    /// <summary>Whether no more rows fit into any batch.</summary>
    public bool IsFull => Count == Bucket;

    /// <summary>Whether the rows were in a batch that failed.</summary>
    public bool IsRetry { get; private set; }

    public bool HoldsMorePrompts => _prompts.Count < PromptsPerTurn;

    public void Clear()
    {
        _rows.AsSpan(0, Count).Clear();
        _prompts.Clear();
        _known.Clear();
        (Kind, Job, Count, Bucket, ExpectedSeconds, IsRetry) = (WorkKind.None, null, 0, 0, 0, false);
    }

    public void Encode(ClassificationJob job) => (Kind, Job, Model) = (WorkKind.Encode, job, job.Settings.Manifest.Id);

    public void AddPrompt(string prompt)
    {
        if (_known.Add(prompt))
            _prompts.Add(prompt);
    }

    public void Denoise(string model, BatchLadder ladder, int rows, bool isRetry = false) =>
        (Kind, Model, Bucket, ExpectedSeconds, IsRetry) = (WorkKind.Denoise, model, ladder.Bucket(rows), ladder.Seconds(rows), isRetry);

    public void Add(WorkRow row) => _rows[Count++] = row;

    public void Rebuild(string model)
    {
        Clear();
        (Kind, Model) = (WorkKind.Rebuild, model);
    }
}
