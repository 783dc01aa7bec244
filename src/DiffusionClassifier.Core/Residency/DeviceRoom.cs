namespace DiffusionClassifier.Core.Residency;

/// <summary>
/// The devices' memory while it is decided who gets it: models ask in the order in which they wait. What one of them needs is kept from
/// those behind it, whether it is there now or comes later. For one decision, under the lock of <see cref="ModelResidency"/>.
/// </summary>
internal sealed class DeviceRoom
{
    private readonly IReadOnlyCollection<ModelPlace> _places;
    private readonly DeviceBounds _bounds;
    private readonly Dictionary<string, long> _free = []; // bytes that nobody has, and nobody before needs
    private readonly Dictionary<string, long> _coming = []; // those, and what the models that leave give back

    /// <param name="places">All models.</param>
    /// <param name="bounds">Of each device.</param>
    public DeviceRoom(IReadOnlyCollection<ModelPlace> places, DeviceBounds bounds)
    {
        (_places, _bounds) = (places, bounds);
        foreach (string device in places.SelectMany(place => place.Devices).Distinct())
        {
            ModelPlace[] there = [.. places.Where(place => place.TakesMemory && place.Devices.Contains(device))];
            _free[device] = bounds[device] - there.Sum(place => place.Bytes);
            _coming[device] = _free[device] + there.Where(IsGoing).Sum(place => place.Bytes);
        }
    }

    /// <summary>Whether a model could be loaded now, and nobody would have to leave for it.</summary>
    public bool HasRoomFor(ModelPlace newcomer) =>
        newcomer.Devices.All(device => _free[device] >= _bounds.NeedOf(newcomer, device));

    /// <summary>
    /// Takes room for a model, or keeps it until there is enough; then others are told to leave: first those that nobody uses, the least
    /// recently used one first, then those in use, the one that has been loaded for the longest time first. That is its turn's end: what
    /// runs on it is finished, what comes now waits behind the newcomer.
    /// </summary>
    /// <returns>Whether the room is there now.</returns>
    public bool TryTake(ModelPlace newcomer)
    {
        bool fits = HasRoomFor(newcomer);
        foreach (string device in newcomer.Devices)
        {
            long need = _bounds.NeedOf(newcomer, device);
            while (!fits && _coming[device] < need && NextToGo(device) is { } next)
                Dismiss(next);
            // While it waits, room for its file is kept as well: else those behind it would take it, again and again.
            long taken = fits && newcomer.State == ModelState.Waiting ? Math.Min(newcomer.Bytes, _bounds[device]) : need;
            _free[device] -= taken;
            _coming[device] -= taken;
        }

        return fits;
    }

    /// <summary>Bytes of weights that each device holds, or is about to.</summary>
    public static IReadOnlyList<(string Device, long Bytes)> Taken(IReadOnlyCollection<ModelPlace> places) =>
    [
        .. places.SelectMany(place => place.Devices).Distinct().Select(device =>
            (device, places.Where(place => place.TakesMemory && place.Devices.Contains(device)).Sum(place => place.Bytes))),
    ];

    private static bool IsGoing(ModelPlace place) =>
        place.State == ModelState.Unloading || (place.State == ModelState.Ready && place.IsLeaving);

    private ModelPlace? NextToGo(string device) => _places
        .Where(place => place.IsOpen && place.Devices.Contains(device))
        .MinBy(place => (place.Users > 0, place.Users > 0 ? place.LoadedAt : place.LastUse));

    private void Dismiss(ModelPlace place)
    {
        place.IsLeaving = true;
        foreach (string device in place.Devices)
            _coming[device] += place.Bytes;
    }
}
