namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// An admitted request's part of the queue. Owned by the request, which disposes it when it is answered; its job reduces it along the way.
/// </summary>
internal sealed class Reservation(AdmissionControl owner, Candidate request) : IDisposable
{
    // Not the request itself, which has the image file.
    private readonly double _secondsPerRow = request.SecondsPerRow;
    private long _rows = request.Rows;

    public string Tenant { get; } = request.Caller.Tenant;

    public PriorityClass Priority { get; } = request.Priority;

    /// <summary>What this is a part of; null: a request of its own.</summary>
    public object? Group { get; } = request.Group;

    public bool IsOf(PriorityClass? wanted) => wanted is null || wanted == Priority;

    /// <summary>Rows that the request may still cost.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Device seconds that the request may still cost.</summary>
    public double Seconds => Rows * _secondsPerRow;

    /// <summary>What is left after rows were run or labels were eliminated.</summary>
    public void Shrink(long rows) => Volatile.Write(ref _rows, rows);

    public void Dispose() => owner.Release(this);
}
