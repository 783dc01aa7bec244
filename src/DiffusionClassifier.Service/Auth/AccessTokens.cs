using System.Security.Claims;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DiffusionClassifier.Service.Auth;

/// <summary>The tokens (JWT) of an identity provider: a token becomes a caller, or a sentence that says why not. Thread-safe.</summary>
internal sealed class AccessTokens
{
    private const int LongestTenant = 255;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10); // an identity provider is away for longer than a moment

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false }; // claims under the names that tokens have
    private readonly AccessTokenOptions _options;
    private readonly TokenValidationParameters _parameters;
    private readonly TimeProvider _time;
    private readonly int _limit;

    /// <param name="options">Checked by <see cref="AccessTokenCheck"/>.</param>
    /// <param name="access">The limit of tenants.</param>
    /// <param name="time">Of the texts; the library has a clock of its own.</param>
    public AccessTokens(IOptions<AccessTokenOptions> options, IOptions<AccessOptions> access, TimeProvider time)
    {
        _options = options.Value;
        _limit = _options.MaxActiveRequests ?? access.Value.Tenants.MaxActiveRequests;
        _time = time;
        _parameters = new TokenValidationParameters
        {
            ValidAudience = _options.Audience,
            ValidIssuer = _options.Issuer,
            ClockSkew = _options.ClockSkew,
            IssuerSigningKeys = _options.KeysFile is { } file ? TokenKeys.Read(file) : null,
            ConfigurationManager = _options.Authority is { } authority ? TokenKeys.From(authority) : null,
        };
    }

    public bool IsOn => _options.IsOn;

    /// <summary>Whether every token needs a scope or a role, and one without it is refused.</summary>
    public bool HasRequirements => IsOn && (_options.Scope is not null || _options.Role is not null);

    /// <summary>Whether a text has the form of a token: three parts.</summary>
    public static bool IsToken(string text) => text.Count(letter => letter == '.') == 2;

    /// <summary>Who a token's bearer is.</summary>
    /// <exception cref="ClassificationException">The token is refused, or cannot be checked.</exception>
    public async Task<Caller> AuthenticateAsync(string token, HttpContext context)
    {
        await CheckProviderAsync(context.RequestAborted);
        TokenValidationResult result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid)
            throw Refuse(context, Reason(result.Exception));
        ClaimsIdentity bearer = result.ClaimsIdentity;
        if (bearer.FindFirst(_options.TenantClaim)?.Value is not { Length: > 0 and <= LongestTenant } tenant)
            throw Refuse(context, $"it has no claim '{_options.TenantClaim}' that could name you");
        if (_options.Scope is { } scope && !HasScope(bearer, scope))
            throw Forbid(context, $"scope '{scope}'", scope);
        if (_options.Role is { } role && !HasRole(bearer, role))
            throw Forbid(context, $"role '{role}'", scope: null);
        bool manages = (_options.ManagerScope is { } managers && HasScope(bearer, managers))
            || (_options.ManagerRole is { } manager && HasRole(bearer, manager));
        return new Caller(AccessTokenOptions.TenantPrefix + tenant, _limit) { ManagesModels = manages };
    }

    /// <summary>What is said to a token without the scope or the role that is needed.</summary>
    public ClassificationException Lacking() => Lacking(_options.Scope is { } scope ? $"scope '{scope}'" : $"role '{_options.Role}'");

    private static ClassificationException Lacking(string what) =>
        new(ClassificationError.Forbidden, $"The token is valid, and lacks the {what}: ask the identity provider for a token that has it.");

    private static bool HasScope(ClaimsIdentity bearer, string scope) => Has(bearer, scope, "scope", "scp");

    private static bool HasRole(ClaimsIdentity bearer, string role) => Has(bearer, role, "roles", "role");

    // One claim with spaces between, or several.
    private static bool Has(ClaimsIdentity bearer, string value, params string[] claims) => bearer.Claims
        .Where(claim => claims.Contains(claim.Type)).SelectMany(claim => claim.Value.Split(' ')).Contains(value);

    // Without the provider's keys every token would look forged.
    private async Task CheckProviderAsync(CancellationToken cancellationToken)
    {
        if (_parameters.ConfigurationManager is not { } provider)
            return;
        try
        {
            await provider.GetBaseConfigurationAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClassificationException(
                ClassificationError.NotReady,
                "The token cannot be checked, because the identity provider does not answer: try again later.",
                exception)
            { RetryAfter = RetryAfter };
        }
    }

    private string Reason(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException => "it has expired: get a new one",
        SecurityTokenNotYetValidException => $"it is not valid yet; by this server's clock it is {_time.GetUtcNow():u}",
        SecurityTokenNoExpirationException => "it never expires",
        SecurityTokenInvalidAudienceException => $"it is not for this server, whose audience is '{_options.Audience}'",
        SecurityTokenInvalidIssuerException => "its issuer is not the one that this server trusts",
        SecurityTokenSignatureKeyNotFoundException => "it is signed with a key that this server does not know",
        SecurityTokenMalformedException or ArgumentException => "it cannot be read",
        _ => "its signature is missing or wrong",
    };

    private static ClassificationException Refuse(HttpContext context, string reason)
    {
        context.Features.Set(new Challenge("invalid_token"));
        return new ClassificationException(ClassificationError.Unauthorized, $"The token was refused: {reason}.");
    }

    private static ClassificationException Forbid(HttpContext context, string what, string? scope)
    {
        context.Features.Set(new Challenge("insufficient_scope", scope));
        return Lacking(what);
    }
}
