namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Proxies</c>.</summary>
internal sealed record ProxyOptions
{
    /// <summary>
    /// Addresses and networks (<c>10.0.0.0/8</c>) of proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c>
    /// are trusted: each proxy must set or remove all four.
    /// </summary>
    public IReadOnlyList<string> Known { get; init; } = [];
}
