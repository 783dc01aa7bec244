using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>Checks that the largest body that may be sent fits, and that every time is one that timers take.</summary>
internal sealed class UploadCheck(ApiLimits limits) : IValidateOptions<UploadOptions>
{
    // No timer of .NET waits longer: 49 days.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private static readonly TimeSpan KestrelTick = TimeSpan.FromSeconds(1); // how often Kestrel looks at the pace of a body

    public ValidateOptionsResult Validate(string? name, UploadOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private string? Problem(UploadOptions options)
    {
        long largest = limits.MaxBody(ApiLimits.LargestImages);
        if (options.MaxBytesInFlight < largest)
        {
            return $"Uploads:MaxBytesInFlight is {options.MaxBytesInFlight}; one body may have {largest} bytes with this Images:MaxBytes: "
                + "raise the former or lower the latter.";
        }

        if (options.Timeout <= TimeSpan.Zero || options.MinBytesPerSecond <= 0 || options.SlowStart <= KestrelTick)
            return "Uploads:Timeout and Uploads:MinBytesPerSecond must be above zero, and Uploads:SlowStart above one second.";
        if (options.MaxImages < 1)
            return $"Uploads:MaxImages is {options.MaxImages}; it must be at least 1.";
        return options.Timeout > LongestTimeout ? $"Uploads:Timeout is {options.Timeout}; it can be at most {LongestTimeout}." : null;
    }
}
