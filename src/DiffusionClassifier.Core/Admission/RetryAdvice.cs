namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// Says when a refused request will be admitted: after there is room and those have taken theirs who were refused before. Owned by <see
/// cref="AdmissionControl"/> and used under its lock.
/// </summary>
internal sealed class RetryAdvice
{
    private const double ShortestSeconds = 1; // what the header can say

    // Of the wait, added: it spreads those who were refused together. And promises stay behind what the devices can do, which leaves room
    // to newcomers, or every single request would be refused once.
    private const double JitterShare = 0.25;
    private const double GoldenRatio = 0.6180339887498949; // the fractions of its multiples are evenly spread, however many there are

    private readonly Dictionary<(PriorityClass, string?), PromisedPlaces> _queues = [];
    private readonly double _longest;
    private long _refusals;

    /// <exception cref="ArgumentException">The longest wait is shorter than the header can say.</exception>
    public RetryAdvice(TimeSpan longest)
    {
        if (longest.TotalSeconds < ShortestSeconds)
            throw new ArgumentException($"Engine:MaxRetryAfter is {longest}; it must be at least one second.", nameof(longest));
        _longest = longest.TotalSeconds;
    }

    /// <summary>Those who wait outside for the same room, a class's or a tenant's; null: no one does.</summary>
    public PromisedPlaces? Waiting((PriorityClass Priority, string? Tenant) queue, double now)
    {
        PromisedPlaces? places = _queues.GetValueOrDefault(queue);
        places?.Expire(now);
        if (places is not { IsEmpty: true })
            return places;
        _queues.Remove(queue); // tenants may be many
        return null;
    }

    /// <summary>Gives a refused request a place, and says how long it is until then.</summary>
    /// <param name="queue">Whom it waits with.</param>
    /// <param name="request">The request.</param>
    /// <param name="own">Its place, whose time has come; null: it is new, or too early.</param>
    /// <param name="now">Seconds on any clock.</param>
    /// <param name="untilRoom">Device seconds until there is room for one of the queue.</param>
    /// <param name="cost">Device seconds of the request.</param>
    /// <param name="speed">Device seconds of the queue's admitted requests that end in a second.</param>
    public TimeSpan Refuse(
        (PriorityClass Priority, string? Tenant) queue, Candidate request, Place? own, double now, double untilRoom, double cost,
        double speed)
    {
        PromisedPlaces places = _queues.GetValueOrDefault(queue) ?? (_queues[queue] = new PromisedPlaces());
        // Who came when told to does not go to the end again.
        bool isOverdue = own is { IsPromise: true };
        double ahead = isOverdue ? cost + places.AheadOfDue(now) : places.AheadOf(request.Question);
        double jitter = 1 + JitterShare * (_refusals++ * GoldenRatio % 1);
        double wait = places.IsFull ? _longest : (untilRoom + ahead) / speed;
        var told = TimeSpan.FromSeconds(Math.Clamp(
            Math.Ceiling(Math.Min(wait, _longest / (1 + JitterShare)) * jitter), ShortestSeconds, _longest));
        places.Add(request.Question, now + told.TotalSeconds, cost, isOverdue);
        return told;
    }
}
