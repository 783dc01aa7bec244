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

    /// <summary>What was set for every device.</summary>
    public long Set => set;

    public long this[string device] => Math.Min(set, _found.GetValueOrDefault(device, long.MaxValue));

    /// <summary>
    /// Room that there must be on a device before a model is loaded: for its weights, and where that counts, for the largest file that is
    /// read at that time; one at a time is. A model for which that is more than the bound has the device alone.
    /// </summary>
    public long NeedOf(ModelPlace newcomer, string device, IReadOnlyCollection<ModelPlace> places)
    {
        IEnumerable<ModelPlace> read = places.Where(place => place.State == ModelState.Loading && place.Devices.Contains(device));
        long file = holdsFiles(device) ? read.Append(newcomer).Max(place => place.Bytes) : 0;
        return Math.Min(newcomer.Bytes + file, this[device]);
    }

    /// <summary>Learns from a model that could not be loaded beside others: on each device, what is there is too much with it.</summary>
    /// <param name="newcomer">The model.</param>
    /// <param name="places">All models.</param>
    /// <returns>Whether there is any device where others could leave for it.</returns>
    public bool Learn(ModelPlace newcomer, IReadOnlyCollection<ModelPlace> places)
    {
        bool learnt = false;
        foreach (string device in newcomer.Devices)
        {
            ModelPlace[] others =
                [.. places.Where(place => place != newcomer && place.TakesMemory && place.Devices.Contains(device))];
            // Those that are still being loaded count only where there are no others: as yet they may have taken nothing.
            ModelPlace[] there = [.. others.Where(place => place.State != ModelState.Loading)];
            if (others.Length == 0)
                continue;
            _found[device] = Math.Min(this[device], (there.Length > 0 ? there : others).Sum(place => place.Bytes) + newcomer.Bytes - 1);
            learnt = true;
        }

        return learnt;
    }
}
