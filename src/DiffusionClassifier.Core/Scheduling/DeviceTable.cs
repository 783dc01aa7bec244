using DiffusionClassifier.Core.Devices;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// The devices that work, how fast they run what they have open and ran what they have closed, and the models that are lost because no
/// device is left to run them. Owned by the <see cref="RowScheduler"/> and used under its lock.
/// </summary>
internal sealed class DeviceTable
{
    private readonly List<DeviceProfile> _devices = [];
    private readonly Dictionary<(string Device, string Model), BatchLadder> _closed = [];
    private readonly Dictionary<string, Exception> _lost = []; // model → why

    public void Add(DeviceProfile device)
    {
        _devices.Add(device);
        foreach (string model in device.Ladders.Keys)
            _lost.Remove(model);
    }

    /// <summary>A device has opened a model.</summary>
    /// <returns>The device as it is from now on.</returns>
    public DeviceProfile Add(DeviceProfile device, string model, BatchLadder ladder)
    {
        _lost.Remove(model);
        _closed.Remove((device.Name, model));
        return Replace(device, device.With(model, ladder));
    }

    /// <summary>A device closes a model that it may open again.</summary>
    /// <returns>The device as it is from now on.</returns>
    public DeviceProfile Remove(DeviceProfile device, string model)
    {
        if (device.Ladders.TryGetValue(model, out BatchLadder? ladder))
            _closed[(device.Name, model)] = ladder;
        return Replace(device, device.Without(model));
    }

    /// <summary>A device gives a model up, which is lost if no other runs it.</summary>
    /// <returns>The device as it is from now on.</returns>
    public DeviceProfile Withdraw(DeviceProfile device, string model, Exception exception)
    {
        DeviceProfile rest = Replace(device, device.Without(model));
        if (!_devices.Exists(other => other.Runs(model)))
            _lost[model] = exception;
        return rest;
    }

    /// <summary>Why no device runs a model anymore; null: one does, or still may.</summary>
    public Exception? Loss(string model) => _lost.GetValueOrDefault(model);

    /// <summary>
    /// Seconds that all devices together take for one row of a model; where it is closed, as it was. 0 if none is known to run it.
    /// </summary>
    public double SecondsPerRow(string model)
    {
        double rate = 0;
        foreach ((_, BatchLadder ladder) in LaddersOf(model))
            rate += 1 / ladder.SecondsPerRow;
        return rate == 0 ? 0 : 1 / rate;
    }

    /// <summary>Names of the devices that run a model; where it is closed, of those that did.</summary>
    public IReadOnlyList<string> DevicesOf(string model) => [.. LaddersOf(model).Select(pair => pair.Device)];

    /// <summary>How fast every device runs every one of the models that it has open.</summary>
    public IReadOnlyList<(string Device, string Model, double RowsPerSecond)> Rates() =>
        [.. from device in _devices from pair in device.Ladders select (device.Name, pair.Key, 1 / pair.Value.SecondsPerRow)];

    private List<(string Device, BatchLadder Ladder)> LaddersOf(string model)
    {
        List<(string Device, BatchLadder Ladder)> found = [];
        foreach (DeviceProfile device in _devices)
        {
            if (device.Ladders.TryGetValue(model, out BatchLadder? ladder))
                found.Add((device.Name, ladder));
        }

        return found.Count > 0 ? found
            : [.. _closed.Where(pair => pair.Key.Model == model).Select(pair => (pair.Key.Device, pair.Value))];
    }

    private DeviceProfile Replace(DeviceProfile old, DeviceProfile now) => _devices[_devices.IndexOf(old)] = now;
}
