namespace DiffusionClassifier.Core.Residency;

/// <summary>
/// How many bytes of models each device may hold: what was set, or less where it turned out that it has no memory for so many. Owned by
/// <see cref="ModelResidency"/> and used under its lock.
/// </summary>
/// <param name="set">What was set for every device.</param>
internal sealed class DeviceBounds(long set)
{
    private readonly Dictionary<string, long> _found = [];

    /// <summary>What was set for every device.</summary>
    public long Set => set;

    public long this[string device] => Math.Min(set, _found.GetValueOrDefault(device, long.MaxValue));

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
