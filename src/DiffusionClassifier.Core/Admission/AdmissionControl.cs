using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// Counts what admitted requests may still cost, by class and tenant, and refuses requests that would wait too long. It owns those counts;
/// thread-safe. A request is admitted before its image is decoded, so that a burst is not decoded only to be refused.
/// </summary>
internal sealed class AdmissionControl(EngineOptions options, TimeProvider time)
{
    private const double PromisedShare = 0.2; // of the limit: for those who come when they were told to, if the forecast was a little off
    private const double AssumedSeconds = 1; // of a request to a model whose speed is not known yet: a guess, corrected when it is

    private readonly Lock _gate = new();
    private readonly HashSet<Reservation> _reservations = [];
    private readonly RetryAdvice _advice = new(options.MaxRetryAfter);
    private readonly ReliefRate _relief = new();
    private readonly long _begin = time.GetTimestamp();
    private double _reserved; // seconds, so far
    private double _idle, _idleSince; // seconds without any request: so far, and since the begin
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
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.Draining"/>, <see cref="ClassificationError.QuotaExceeded"/> or
    /// <see cref="ClassificationError.Overloaded"/>.
    /// </exception>
    public Reservation Reserve(Candidate request)
    {
        lock (_gate)
        {
            if (_closed)
                throw Draining(options);
            double now = Now();
            CheckQuota(request, now);
            CheckRoom(request, now);
            if (_reservations.Count == 0)
                _idle += now - _idleSince;
            var reservation = new Reservation(this, request);
            _reservations.Add(reservation);
            _reserved += reservation.Seconds;
            return reservation;
        }
    }

    internal void Release(Reservation reservation)
    {
        lock (_gate)
        {
            if (_reservations.Remove(reservation) && _reservations.Count == 0)
                _idleSince = Now();
        }
    }

    private static int Requests(IEnumerable<Reservation> reservations) =>
        reservations.Select(reservation => reservation.Group ?? reservation).Distinct().Count();

    private double Seconds(PriorityClass priority) =>
        _reservations.Sum(reservation => reservation.Priority == priority ? reservation.Seconds : 0);

    /// <summary>What to throw because the engine is stopping.</summary>
    public static ClassificationException Draining(EngineOptions options) => new(ClassificationError.Draining,
        "The server is shutting down and takes no new requests: send the request to another replica.")
    { RetryAfter = options.RetryAfter };

    private void CheckQuota(Candidate request, double now)
    {
        Caller caller = request.Caller;
        Reservation[] running = [.. _reservations.Where(other => other.Tenant == caller.Tenant)];
        PromisedPlaces? waiting = _advice.Waiting((default, caller.Tenant), now);
        Place? own = waiting?.Take(request.Question, now);
        // Nobody may come for the places that are kept: a tenant of which nothing runs is not refused for their sake.
        int held = waiting is null || own is { IsPromise: true } || running.Length == 0 ? 0 : waiting.DueNow(now).Count;
        if (!(Requests(running.Where(other => request.Group is null || other.Group != request.Group)) + held >= caller.MaxActiveRequests))
            return;
        PriorityClass priority = running[0].Priority;
        int tenants = _reservations.Where(other => other.Priority == priority).Select(other => other.Tenant).Distinct().Count();
        double speed = Speed(priority, now) / tenants;
        TimeSpan wait = _advice.Refuse(
            (default, caller.Tenant), request, own, now, MeanSeconds(running), Known(request.Seconds), speed);
        throw new ClassificationException(ClassificationError.QuotaExceeded,
            $"'{caller.Tenant}' has {Running(Requests(running))}, its limit: wait for {(Requests(running) == 1 ? "it" : "one of them")} "
            + $"to end, about {Words(wait)}.")
        { RetryAfter = wait };
    }

    private void CheckRoom(Candidate request, double now)
    {
        PriorityClass priority = request.Priority;
        PromisedPlaces? waiting = _advice.Waiting((priority, null), now);
        Place? own = waiting?.Take(request.Question, now);
        bool isPromised = own is { IsPromise: true };
        // Nobody may come for the places that are kept: devices that are idle are not kept for them.
        bool isKept = waiting is not null && !isPromised && _reservations.Count > 0;
        (double heldSeconds, int held) = isKept ? waiting!.DueNow(now) : (0, 0);
        // What is ahead decides, not the request's own size: else the small ones would take all room from a large one, for ever.
        double limit = options.QueueSeconds(priority) * PriorityWeights.Of(priority) * (isPromised ? 1 + PromisedShare : 1);
        double tooMuch = Seconds(priority) + heldSeconds - limit;
        if (_reservations.Count + held < options.MaxActiveRequests && tooMuch <= 0)
            return;
        Reservation[] running = [.. _reservations.Where(other => other.Priority == priority)];
        double untilRoom = tooMuch > 0 ? tooMuch - heldSeconds : MeanSeconds(running.Length > 0 ? running : _reservations);
        TimeSpan wait = _advice.Refuse(
            (priority, null), request, own, now, Math.Max(0, untilRoom), Known(request.Seconds), Speed(priority, now));
        throw new ClassificationException(ClassificationError.Overloaded,
            $"The server is busy: it has {Running(_reservations.Count)}, and one more of the class '{EnumWords.Of(priority)}' "
            + $"would wait too long. Try again in {Words(wait)}.")
        { RetryAfter = wait };
    }

    private static string Running(int requests) => requests == 1 ? "1 request running" : $"{requests} requests running";

    private static string Words(TimeSpan wait) => wait.TotalSeconds == 1 ? "1 second" : $"{wait.TotalSeconds:0} seconds";

    private static double Known(double seconds) => seconds > 0 ? seconds : AssumedSeconds;

    private static double MeanSeconds(IReadOnlyCollection<Reservation> reservations) =>
        reservations.Count == 0 ? AssumedSeconds : reservations.Average(reservation => Known(reservation.Seconds));

    // Device seconds of a class that end in a second: its part of the devices now, as classes without work leave theirs to the others.
    private double Speed(PriorityClass priority, double now)
    {
        double share = PriorityWeights.Of(priority) / _reservations.Select(reservation => reservation.Priority)
            .Append(priority).Distinct().Sum(PriorityWeights.Of);
        double left = _reservations.Sum(reservation => reservation.Seconds);
        return share * (left > 0 ? _relief.Measure(now - _idle, _reserved - left) : 1);
    }

    private double Now() => time.GetElapsedTime(_begin).TotalSeconds;
}
