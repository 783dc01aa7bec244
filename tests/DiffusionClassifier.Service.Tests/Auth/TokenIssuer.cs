using System.Security.Cryptography;
using System.Text.Json;
using DiffusionClassifier.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DiffusionClassifier.Service.Tests.Auth;

/// <summary>An identity provider with an RSA key and a shared secret, and the file that its public keys are in.</summary>
internal sealed class TokenIssuer : IDisposable
{
    public const string Issuer = "https://login.example.org", Audience = "diffusion-classifier";

    private readonly TemporaryFolder _folder = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly SymmetricSecurityKey _secret = new(RandomNumberGenerator.GetBytes(32)) { KeyId = "secret-1" };

    public TokenIssuer()
    {
        JsonWebKey rsa = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(false)) { KeyId = "rsa-1" });
        KeySet = JsonSerializer.Serialize(new
        {
            keys = new object[]
            {
                new { kty = "RSA", use = "sig", kid = rsa.KeyId, n = rsa.N, e = rsa.E },
                new { kty = "oct", use = "sig", kid = _secret.KeyId, k = Base64UrlEncoder.Encode(_secret.Key) },
            },
        });
        File = _folder.Write("keys.json", System.Text.Encoding.UTF8.GetBytes(KeySet));
    }

    public static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime; // the library has no other clock

    public string KeySet { get; }

    /// <summary>The path of the file with <see cref="KeySet"/>.</summary>
    public string File { get; }

    public SigningCredentials Rsa => new(new RsaSecurityKey(_rsa) { KeyId = "rsa-1" }, SecurityAlgorithms.RsaSha256);

    public SigningCredentials Secret => new(_secret, SecurityAlgorithms.HmacSha256);

    /// <summary>The settings of a server that takes these tokens.</summary>
    public (string Key, string Value)[] Settings =>
        [("Tokens:KeysFile", File), ("Tokens:Issuer", Issuer), ("Tokens:Audience", Audience)];

    /// <summary>A token that is good, but for what is changed.</summary>
    public string Token(
        string subject = "ada", Action<SecurityTokenDescriptor>? change = null, params (string Name, object Value)[] claims)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Expires = Now.AddMinutes(5),
            SigningCredentials = Rsa,
            Claims = claims.ToDictionary(claim => claim.Name, claim => claim.Value),
        };
        descriptor.Claims.TryAdd("sub", subject);
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _folder.Dispose();
    }
}
