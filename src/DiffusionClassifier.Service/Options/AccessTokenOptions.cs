namespace DiffusionClassifier.Service.Options;

/// <summary>
/// Section <c>Tokens</c>: tokens (JWT) of an identity provider, which callers may send instead of an API key. Off unless
/// <see cref="Authority"/> or <see cref="KeysFile"/> is set.
/// </summary>
public sealed record AccessTokenOptions
{
    public const string Section = "Tokens";

    /// <summary>What the name of a tenant begins with that a token names: no key's does.</summary>
    public const string TenantPrefix = "token:";

    /// <summary>
    /// Address of the identity provider, such as <c>https://login.example.org/realms/vision</c>: its keys are fetched from there (OpenID
    /// Connect discovery), and again when it changes them.
    /// </summary>
    public string? Authority { get; init; }

    /// <summary>
    /// A JSON Web Key Set with the keys that tokens are signed with, in place of <see cref="Authority"/>: for a server that reaches no
    /// identity provider. Read when the server starts.
    /// </summary>
    public string? KeysFile { get; init; }

    /// <summary>Who must have issued a token (<c>iss</c>); not set: as <see cref="Authority"/> says of itself.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whom a token must be for (<c>aud</c>): a token for another service is not taken.</summary>
    public string? Audience { get; init; }

    /// <summary>
    /// The claim that names the tenant. Such a tenant is called <c>token:VALUE</c>: it is another than that of an API key with this name.
    /// </summary>
    public string TenantClaim { get; init; } = "sub";

    /// <summary>A scope that a token must have (<c>scope</c> or <c>scp</c>); not set: none.</summary>
    public string? Scope { get; init; }

    /// <summary>A role that a token must have (<c>roles</c> or <c>role</c>); not set: none.</summary>
    public string? Role { get; init; }

    /// <summary>A scope (as <see cref="Scope"/>) with which a token may load and unload models; not set: none.</summary>
    public string? ManagerScope { get; init; }

    /// <summary>A role (as <see cref="Role"/>) with which a token may load and unload models; not set: none.</summary>
    public string? ManagerRole { get; init; }

    /// <summary>How far the clocks of the issuer and this server may differ.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests that such a tenant may have running at once; not set: <see cref="TenantOptions.MaxActiveRequests"/>.</summary>
    public int? MaxActiveRequests { get; init; }

    /// <summary>Whether tokens are taken.</summary>
    internal bool IsOn => Authority is not null || KeysFile is not null;
}
