namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// The queue outside the server: requests that were refused and told when to come back. A request that comes back is recognized and gets
/// its place; newcomers leave the room to those who are due. Places expire, because clients give up. Owned by <see cref="RetryAdvice"/> and
/// used under its owner's lock.
/// </summary>
internal sealed class PromisedPlaces
{
    private const int Most = 10_000; // places; a flood that exceeds it is told the longest wait
    private const int MostPromises = 16; // to one request: several clients may send the same one, or one client that does not wait
    private const double Early = 1, Late = 2; // seconds that a client may be: clocks, the way, the header's whole seconds

    private readonly PriorityQueue<Place, double> _byDue = new(); // may hold places that are taken
    private readonly Dictionary<int, List<Place>> _places = []; // by question, each in the order in which they are due
    private double _promised;
    private int _count;

    public bool IsEmpty => _count == 0;

    public bool IsFull => _count >= Most;

    /// <summary>Device seconds of all who have not come back yet, as far as they are ahead of a request.</summary>
    public double AheadOf(int question) =>
        _promised + (_places.GetValueOrDefault(question) ?? []).Sum(place => place.IsPromise ? 0 : place.Cost);

    /// <summary>Device seconds of those who are ahead of one who came when told to.</summary>
    public double AheadOfDue(double now) => _places.Values.Sum(
        places => places.Sum(place => place.IsPromise && (place.IsOverdue || IsDue(place, now)) ? place.Cost : 0));

    /// <summary>Forgets those who have not come.</summary>
    public void Expire(double now)
    {
        while (_byDue.TryPeek(out Place? next, out double due) && due + Late < now)
        {
            _byDue.Dequeue();
            Remove(next);
        }
    }

    /// <summary>What those cost who may come at any moment, and how many they are.</summary>
    public (double Seconds, int Count) DueNow(double now)
    {
        Place[] due = [.. _places.Values.SelectMany(places => places.Where(place => place.IsPromise && IsDue(place, now)))];
        return (due.Sum(place => place.Cost), due.Length);
    }

    /// <summary>Takes a request's place, if its time has come; null: it has none that has.</summary>
    public Place? Take(int question, double now)
    {
        if (!_places.TryGetValue(question, out List<Place>? own) || !IsDue(own[0], now))
            return null;
        Place first = own[0];
        Remove(first);
        return first;
    }

    /// <summary>Adds a place; nothing, where there are too many.</summary>
    public void Add(int question, double due, double cost, bool isOverdue)
    {
        if (_count == Most)
            return;
        if (!_places.TryGetValue(question, out List<Place>? own))
            _places[question] = own = [];
        bool isPromise = own.Count(other => other.IsPromise) < MostPromises;
        var place = new Place(question, due, cost) { IsPromise = isPromise, IsOverdue = isOverdue };
        int index = own.FindIndex(other => other.Due > due);
        own.Insert(index < 0 ? own.Count : index, place);
        _byDue.Enqueue(place, due);
        _promised += place.IsPromise ? cost : 0;
        _count++;
    }

    private static bool IsDue(Place place, double now) => place.Due <= now + Early;

    private void Remove(Place place)
    {
        if (!_places.TryGetValue(place.Question, out List<Place>? own) || !own.Remove(place))
            return; // was taken
        if (own.Count == 0)
            _places.Remove(place.Question);
        _count--;
        _promised = _count == 0 ? 0 : _promised - (place.IsPromise ? place.Cost : 0); // 0 again: sums of fractions drift
    }
}
