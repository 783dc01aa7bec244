namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// Since when a device works on one thing. Written by the device's thread alone, read by any: health must not wait for a device.
/// </summary>
internal sealed class DeviceWatch(TimeProvider time)
{
    private const long Idle = 0;

    private readonly long _origin = time.GetTimestamp() - 1; // so that no timestamp is Idle
    private long _begin = Idle, _limitTicks;

    public void Begin(long now, TimeSpan limit)
    {
        Volatile.Write(ref _limitTicks, limit.Ticks);
        Volatile.Write(ref _begin, now - _origin);
    }

    public void End() => Volatile.Write(ref _begin, Idle);

    /// <summary>Whether the device has been at one thing for longer than anything should take.</summary>
    public bool IsOverdue(long now)
    {
        long begin = Volatile.Read(ref _begin);
        return begin != Idle && time.GetElapsedTime(begin + _origin, now).Ticks > Volatile.Read(ref _limitTicks);
    }
}
