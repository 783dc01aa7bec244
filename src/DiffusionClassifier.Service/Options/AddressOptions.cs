namespace DiffusionClassifier.Service.Options;

/// <summary>Setting <c>PathBase</c> and section <c>Proxies</c>: what stands between clients and this server.</summary>
internal sealed record AddressOptions
{
    /// <summary>The path under which clients see this server, as <c>/vision</c>; empty: none.</summary>
    public string PathBase { get; init; } = "";

    public ProxyOptions Proxies { get; init; } = new();
}
