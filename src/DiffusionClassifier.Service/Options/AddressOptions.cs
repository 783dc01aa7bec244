namespace DiffusionClassifier.Service.Options;

/// <summary>Setting <c>PathBase</c> and section <c>Proxies</c>: what stands between clients and this server.</summary>
internal sealed record AddressOptions
{
    /// <summary>The path under which a proxy exposes this server, such as <c>/vision</c>; the proxy may strip it or pass it on.</summary>
    public string PathBase { get; init; } = "";

    public ProxyOptions Proxies { get; init; } = new();
}
