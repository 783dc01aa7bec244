namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// An admitted request's part of the queue. Owned by the request, which disposes it when it is answered; its job reduces it along the way.
/// </summary>
internal sealed class Reservation(
    AdmissionControl owner, string tenant, PriorityClass priority, long rows, double secondsPerRow, object? group) : IDisposable
{
    private long _rows = rows;

    public string Tenant => tenant;

    public PriorityClass Priority => priority;

    /// <summary>What this is a part of; null: a request of its own.</summary>
    public object? Group => group;

    public bool IsOf(PriorityClass? wanted) => wanted is null || wanted == priority;

    /// <summary>Rows that the request may still cost.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Device seconds that the request may still cost.</summary>
    public double Seconds => Rows * secondsPerRow;

    /// <summary>What is left after rows were run or labels were eliminated.</summary>
    public void Shrink(long rows) => Volatile.Write(ref _rows, rows);

    public void Dispose() => owner.Release(this);
}
