namespace DiffusionClassifier.Service.Options;

/// <summary>
/// One of section <c>ApiKeys</c>; without any, anyone may call. The section holds hashes, so that reading it is not enough to call.
/// </summary>
public sealed record ApiKeyOptions
{
    /// <summary>
    /// Whose key it is. Keys with the same name are one tenant, so that a new key can be issued before the old one is removed.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// SHA-256 of the key in 64 hexadecimal digits, as sha256sum prints it. A key is random and long: a slow hash would protect it no
    /// better.
    /// </summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Requests that the name may have running at once; not set: <see cref="TenantOptions.MaxActiveRequests"/>.</summary>
    public int? MaxActiveRequests { get; init; }

    /// <summary>Whether this key may load and unload models.</summary>
    public bool ManagesModels { get; init; }
}
