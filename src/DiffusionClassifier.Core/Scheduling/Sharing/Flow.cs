using DiffusionClassifier.Core.Devices;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>
/// One participant of start-time fair queueing (Goyal, Vin, Cheng, 1996): its virtual time is the device time that it was given, divided by
/// its weight, and the one with the least goes next. Owned by a <see cref="FairShare"/>.
/// </summary>
/// <param name="weight">Its share.</param>
/// <param name="credit">Device seconds that it may have before others have theirs, if it went without as many.</param>
internal sealed class Flow(double weight, double credit = 0)
{
    // How far a participant may fall behind by having nothing to run: while its rows are on a device it has no others before a look. Two
    // batches of the longest time that a bucket may take.
    private const double MaxLagSeconds = 2 * BatchLadder.MaxSeconds;

    /// <summary>Device seconds divided by the weight.</summary>
    public double VirtualTime { get; private set; }

    /// <summary>Enters the competition: no more than its credit for the time when there was nothing to do, no debt forgiven.</summary>
    public void Join(double clock) => VirtualTime = Math.Max(VirtualTime, clock - credit / weight);

    /// <summary>Pays for device time.</summary>
    /// <param name="clock">The virtual time of the participant that was served last in its turn.</param>
    /// <param name="seconds">Device seconds; below zero if some are given back.</param>
    public void Charge(double clock, double seconds) =>
        VirtualTime = Math.Max(VirtualTime, clock - Math.Max(MaxLagSeconds, credit) / weight) + seconds / weight;
}
