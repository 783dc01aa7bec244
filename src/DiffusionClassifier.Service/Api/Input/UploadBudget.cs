using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Counts the bytes that uploads hold before the engine has admitted and decoded them, and refuses what would not fit. It owns that count;
/// thread-safe.
/// </summary>
internal sealed class UploadBudget
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1); // no timer of .NET waits longer: 49 days

    private readonly UploadOptions _options;
    private long _taken;

    /// <exception cref="ArgumentException">The largest body that may be sent would never fit, or a time is out of its range.</exception>
    public UploadBudget(UploadOptions options, ApiLimits limits)
    {
        long largest = limits.MaxBody(ApiLimits.LargestImages);
        if (options.MaxBytesInFlight < largest)
            throw new ArgumentException($"Uploads:MaxBytesInFlight is {options.MaxBytesInFlight}; one body may have {largest} bytes with this Images:MaxBytes: raise the one or lower the other.");
        if (options.Timeout <= TimeSpan.Zero || options.MinBytesPerSecond <= 0 || options.SlowStart <= TimeSpan.FromSeconds(1)) // Kestrel's clock ticks once a second
            throw new ArgumentException("Uploads:Timeout and Uploads:MinBytesPerSecond must be above zero, and Uploads:SlowStart above one second.");
        if (options.Timeout > LongestTimeout)
            throw new ArgumentException($"Uploads:Timeout is {options.Timeout}; it can be at most {LongestTimeout}.");
        _options = options;
    }

    /// <summary>Bytes taken now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes that are not there yet.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.Overloaded"/>: others hold too many.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _options.MaxBytesInFlight)
            return;
        GiveBack(bytes);
        throw new ClassificationException(ClassificationError.Overloaded, "The server is receiving as many images as it has memory for: send the request again in a moment.")
        {
            RetryAfter = _options.RetryAfter,
        };
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
