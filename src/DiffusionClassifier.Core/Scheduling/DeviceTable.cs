using DiffusionClassifier.Core.Devices;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// The devices that work, and the models that are lost because none is left to run them. Owned by the <see cref="RowScheduler"/> and used
/// under its lock.
/// </summary>
internal sealed class DeviceTable
{
    private readonly List<DeviceProfile> _devices = [];
    private readonly Dictionary<string, Exception> _lost = []; // model → why

    public void Add(DeviceProfile device)
    {
        _devices.Add(device);
        foreach (string model in device.Ladders.Keys)
            _lost.Remove(model);
    }

    /// <summary>A device gives a model up, which is lost if no other runs it.</summary>
    /// <returns>The device as it is from now on.</returns>
    public DeviceProfile Remove(DeviceProfile device, string model, Exception exception)
    {
        DeviceProfile rest = device.Without(model);
        _devices[_devices.IndexOf(device)] = rest;
        if (!_devices.Exists(other => other.Runs(model)))
            _lost[model] = exception;
        return rest;
    }

    /// <summary>No device will ever run a model.</summary>
    public void Lose(string model, Exception exception) => _lost[model] = exception;

    /// <summary>Why no device runs a model anymore; null: one does, or still may.</summary>
    public Exception? Loss(string model) => _lost.GetValueOrDefault(model);

    /// <summary>Seconds that all devices together take for one row of a model; 0 if none is known to run it.</summary>
    public double SecondsPerRow(string model)
    {
        double rate = 0;
        foreach (DeviceProfile device in _devices)
            rate += device.Ladders.TryGetValue(model, out BatchLadder? ladder) ? 1 / ladder.SecondsPerRow : 0;
        return rate == 0 ? 0 : 1 / rate;
    }

    /// <summary>How fast every device runs every one of its models.</summary>
    public IReadOnlyList<(string Device, string Model, double RowsPerSecond)> Rates() =>
        [.. from device in _devices from pair in device.Ladders select (device.Name, pair.Key, 1 / pair.Value.SecondsPerRow)];
}
