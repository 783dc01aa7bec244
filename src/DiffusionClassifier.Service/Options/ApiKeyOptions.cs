namespace DiffusionClassifier.Service.Options;

/// <summary>
/// One of section <c>ApiKeys</c>; without any, everybody may ask. The section holds hashes, so that whoever reads it cannot ask.
/// </summary>
public sealed record ApiKeyOptions
{
    /// <summary>Whose key it is: keys of one name are one tenant, so that a new key can be handed out before the old one goes.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// SHA-256 of the key in 64 hexadecimal digits, as sha256sum prints it. A key is random and long: a slow hash would protect it no
    /// better.
    /// </summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Requests that the name may have running at once; null: <see cref="TenantOptions.MaxActiveRequests"/>.</summary>
    public int? MaxActiveRequests { get; init; }
}
