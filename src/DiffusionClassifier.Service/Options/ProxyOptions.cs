namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Proxies</c>.</summary>
internal sealed record ProxyOptions
{
    /// <summary>
    /// Addresses and networks (<c>10.0.0.0/8</c>) of proxies whose X-Forwarded- headers are believed; none: nobody's are.
    /// </summary>
    public IReadOnlyList<string> Known { get; init; } = [];
}
