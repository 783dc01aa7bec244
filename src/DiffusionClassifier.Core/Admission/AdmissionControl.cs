using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// Counts what admitted requests may still cost, by class and tenant, and refuses requests that would wait too long. It owns those counts;
/// thread-safe. A request is admitted before its image is decoded, so that a burst is not decoded only to be refused.
/// </summary>
internal sealed class AdmissionControl(EngineOptions options)
{
    private const double MinRetrySeconds = 1; // what the header can say
    private const double JitterShare = 0.25; // of the wait: clients that were refused together should not come back together
    private const double GoldenRatio = 0.6180339887498949; // the fractions of its multiples are evenly spread, however many there are

    private readonly Lock _gate = new();
    private readonly HashSet<Reservation> _reservations = [];
    private long _refusals;
    private bool _closed;

    /// <summary>Requests admitted now, of one class or of all.</summary>
    public int Active(PriorityClass? priority = null)
    {
        lock (_gate)
            return _reservations.Count(reservation => reservation.IsOf(priority));
    }

    /// <summary>Rows that admitted requests may still cost, of one class or of all.</summary>
    public long Rows(PriorityClass? priority = null)
    {
        lock (_gate)
            return _reservations.Sum(reservation => reservation.IsOf(priority) ? reservation.Rows : 0);
    }

    /// <summary>Refuses every request from now on.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    /// <summary>Device seconds that a class may still cost.</summary>
    public double Backlog(PriorityClass priority)
    {
        lock (_gate)
            return Seconds(priority);
    }

    /// <summary>Admits a request until the returned object is disposed.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="priority">Its class.</param>
    /// <param name="rows">What it may cost at most.</param>
    /// <param name="secondsPerRow">Seconds that all devices together take for one of these rows.</param>
    /// <param name="group">What several reservations are parts of, if they count as one request of their tenant.</param>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.Draining"/>, <see cref="ClassificationError.QuotaExceeded"/> or
    /// <see cref="ClassificationError.Overloaded"/>.
    /// </exception>
    public Reservation Reserve(Caller caller, PriorityClass priority, long rows, double secondsPerRow, object? group = null)
    {
        lock (_gate)
        {
            if (_closed)
                throw Draining(options);
            Reservation[] own = [.. _reservations.Where(other => other.Tenant == caller.Tenant)];
            if (Requests(own.Where(other => group is null || other.Group != group)) >= caller.MaxActiveRequests)
                throw QuotaExceeded(caller, own);
            double wait = (Seconds(priority) + rows * secondsPerRow) / PriorityWeights.Of(priority);
            bool isFirst = _reservations.All(other => other.Priority != priority); // an idle class takes any valid request
            if (_reservations.Count >= options.MaxActiveRequests || (wait > options.QueueSeconds(priority) && !isFirst))
                throw Overloaded(priority, wait);
            var reservation = new Reservation(this, caller.Tenant, priority, rows, secondsPerRow, group);
            _reservations.Add(reservation);
            return reservation;
        }
    }

    internal void Release(Reservation reservation)
    {
        lock (_gate)
            _reservations.Remove(reservation);
    }

    private static string Running(int requests) => requests == 1 ? "1 request running" : $"{requests} requests running";

    private static int Requests(IEnumerable<Reservation> reservations) =>
        reservations.Select(reservation => reservation.Group ?? reservation).Distinct().Count();

    private double Seconds(PriorityClass priority) =>
        _reservations.Sum(reservation => reservation.Priority == priority ? reservation.Seconds : 0);

    /// <summary>What to throw because the engine is stopping.</summary>
    public static ClassificationException Draining(EngineOptions options) => new(ClassificationError.Draining,
        "The server is shutting down and takes no new requests: send the request to another replica.")
    { RetryAfter = options.RetryAfter };

    private ClassificationException QuotaExceeded(Caller caller, Reservation[] own) => new(ClassificationError.QuotaExceeded,
        $"'{caller.Tenant}' has {Running(Requests(own))}, its limit: wait for {(Requests(own) == 1 ? "it" : "one of them")} to end.")
    { RetryAfter = Retry(own.Sum(reservation => reservation.Seconds) / own.Length / Share(own[0].Priority)) };

    private ClassificationException Overloaded(PriorityClass priority, double wait)
    {
        double tooLong = wait - options.QueueSeconds(priority);
        double seconds = tooLong > 0 ? tooLong * PriorityWeights.Of(priority) : MeanSeconds();
        return new ClassificationException(ClassificationError.Overloaded,
            $"The server is busy: it has {Running(_reservations.Count)}, and one more of the class '{EnumWords.Of(priority)}' "
            + "would wait too long. Try again later.")
        { RetryAfter = Retry(seconds / Share(priority)) };
    }

    private double MeanSeconds() => _reservations.Count == 0 ? 0 : _reservations.Average(reservation => reservation.Seconds);

    // The part of the devices that a class has now: classes without work leave theirs to the others.
    private double Share(PriorityClass priority) =>
        PriorityWeights.Of(priority) / _reservations.Select(reservation => reservation.Priority)
            .Append(priority).Distinct().Sum(PriorityWeights.Of);

    private TimeSpan Retry(double seconds)
    {
        double jitter = 1 + JitterShare * (_refusals++ * GoldenRatio % 1);
        return TimeSpan.FromSeconds(Math.Ceiling(Math.Max(MinRetrySeconds, seconds * jitter)));
    }
}
