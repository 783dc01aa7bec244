using System.Globalization;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>What the header <c>Prefer</c> says (RFC 7240).</summary>
/// <param name="RespondAsync">Whether a job is asked for in place of an answer.</param>
/// <param name="Wait">How long the client would wait for the answer first.</param>
internal readonly record struct Preference(bool RespondAsync, TimeSpan Wait)
{
    private const string Name = "Prefer", Async = "respond-async", WaitFor = "wait=";

    /// <summary>Says that the preference was followed.</summary>
    public const string Applied = "Preference-Applied";

    // As long as proxies let a request wait, whatever the client says.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>An unknown preference, or one that cannot be read, is none: so the RFC.</summary>
    public static Preference Of(HttpRequest request)
    {
        string[] words = [.. request.Headers[Name].SelectMany(value => (value ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))];
        string? wait = words.FirstOrDefault(word => word.StartsWith(WaitFor, StringComparison.OrdinalIgnoreCase));
        bool isNumber = int.TryParse(wait?[WaitFor.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        TimeSpan longest = isNumber ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) : TimeSpan.Zero;
        return new Preference(words.Contains(Async, StringComparer.OrdinalIgnoreCase), longest);
    }
}
