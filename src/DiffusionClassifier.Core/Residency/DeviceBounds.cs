namespace DiffusionClassifier.Core.Residency;

/// <summary>
/// How many bytes of models each device may hold: what was set, or less where it turned out that it has no memory for so many. Owned by
/// <see cref="ModelResidency"/> and used under its lock.
/// </summary>
/// <param name="set">What was set for every device.</param>
/// <param name="holdsFiles">Whether a device's memory also holds a model's file while the model is read, as the host's does.</param>
internal sealed class DeviceBounds(long set, Func<string, bool> holdsFiles)
{
    private readonly Dictionary<string, long> _found = [];
    private readonly Dictionary<(ModelPlace Newcomer, string Device), long> _before = []; // for models that are still tried

    /// <summary>What was set for every device.</summary>
    public long Set => set;

    public long this[string device] => Math.Min(set, _found.GetValueOrDefault(device, long.MaxValue));

    /// <summary>
    /// Room that there must be on a device before a model is loaded: for its weights and, where that counts, for its file, which is gone
    /// before the next one's is read. A model for which that is more than the bound has the device alone.
    /// </summary>
    public long NeedOf(ModelPlace newcomer, string device) =>
        Math.Min(holdsFiles(device) ? 2 * newcomer.Bytes : newcomer.Bytes, this[device]);

    /// <summary>Learns from a model that could not be loaded beside others: on each device, what is there is too much with it.</summary>
    /// <param name="newcomer">The model.</param>
    /// <param name="full">The devices that had no memory for it.</param>
    /// <param name="places">All models.</param>
    /// <returns>Whether there is any device where others could leave for it.</returns>
    public bool Learn(ModelPlace newcomer, IEnumerable<string> full, IReadOnlyCollection<ModelPlace> places)
    {
        bool learnt = false;
        foreach (string device in full)
        {
            ModelPlace[] others =
                [.. places.Where(place => place != newcomer && place.TakesMemory && place.Devices.Contains(device))];
            if (others.Length == 0)
                continue;
            // Those that only wait to be read have taken nothing yet; one of several devices may be here already.
            ModelPlace[] there = [.. others.Where(place => place.State != ModelState.Loading || place.Devices.Count > 1)];
            _before.TryAdd((newcomer, device), this[device]);
            long tooMuch = (there.Length > 0 ? there : others).Sum(place => place.Bytes) + newcomer.Bytes;
            _found[device] = Math.Min(this[device], tooMuch - 1);
            learnt = true;
        }

        return learnt;
    }

    /// <summary>
    /// The end of a model's loading. What was learned from it is forgotten if it failed alone too: then others were no reason.
    /// </summary>
    public void Settle(ModelPlace newcomer, bool isLoaded)
    {
        foreach (string device in newcomer.Devices)
        {
            if (_before.Remove((newcomer, device), out long before) && !isLoaded)
                _found[device] = before;
        }
    }
}
