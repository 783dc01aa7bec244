namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// How many seconds of reserved work end in a second: 1 where devices are as fast as measured and every row runs, several times that where
/// races eliminate labels early. Looked at only when a request is refused. Owned by <see cref="RetryAdvice"/>.
/// </summary>
internal sealed class ReliefRate
{
    private const double Window = 60; // s: what happened before counts as little as Weight
    private const double Weight = 10; // s that what was known counts as, against what is seen
    private const double Calm = 10; // s without a refusal: devices then may run less than full batches, which is no measure of their speed
    private const double Least = 0.1, Most = 100; // a pause of the devices, or a large request that is canceled, is no measure either

    private double _rate = 1;
    private double _since, _relieved, _last;

    /// <param name="busy">Seconds for which there was work, so far.</param>
    /// <param name="relieved">Seconds of reserved work that ended, so far.</param>
    public double Measure(double busy, double relieved)
    {
        bool wasCalm = busy - _last > Calm;
        _last = busy;
        double seen = busy - _since;
        double rate = Math.Clamp((Weight * _rate + relieved - _relieved) / (Weight + seen), wasCalm ? Math.Min(1, _rate) : Least, Most);
        if (wasCalm || seen > Window)
            (_since, _relieved, _rate) = (busy, relieved, rate);
        return rate;
    }
}
