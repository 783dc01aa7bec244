using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace DiffusionClassifier.Service.Auth;

/// <summary>
/// Where the keys come from that tokens are signed with: a JSON Web Key Set (RFC 7517), or an identity provider. Stateless.
/// </summary>
internal static class TokenKeys
{
    private const int LeastRsaBits = 2048, LeastSecretBits = 256;
    private const string Discovery = ".well-known/openid-configuration";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10); // shorter than most clients' patience

    /// <summary>What is wrong with a file of keys; null: nothing.</summary>
    public static string? Problem(string file)
    {
        try
        {
            JsonWebKey[] keys = [.. Signing(file)];
            if (keys.Length == 0)
                return Sentence("has no key to check signatures with");
            return keys.Select(Problem).FirstOrDefault(problem => problem is not null) is { } wrong ? Sentence(wrong) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"Tokens:KeysFile cannot be read: {exception.Message}";
        }
        catch (Exception exception) when (exception is ArgumentException or System.Text.Json.JsonException)
        {
            return Sentence("is not a JSON Web Key Set, as in {\"keys\": [{\"kty\": \"RSA\", …}]}");
        }

        string Sentence(string what) => $"Tokens:KeysFile '{file}' {what}.";
    }

    /// <summary>
    /// An identity provider's keys: fetched when the first token comes, twice a day, and when a token names a key that is not known.
    /// </summary>
    public static BaseConfigurationManager From(string authority) => new ConfigurationManager<OpenIdConnectConfiguration>(
        $"{authority.TrimEnd('/')}/{Discovery}",
        new OpenIdConnectConfigurationRetriever(),
        // The check lets http only to this machine.
        new HttpDocumentRetriever(new HttpClient { Timeout = Timeout }) { RequireHttps = false });

    /// <summary>The keys in a file that was checked.</summary>
    public static IReadOnlyList<SecurityKey> Read(string file) => [.. Signing(file).Select(Convert).OfType<SecurityKey>()];

    // Not GetSigningKeys, which leaves shared secrets out.
    private static IEnumerable<JsonWebKey> Signing(string file) =>
        JsonWebKeySet.Create(File.ReadAllText(file)).Keys.Where(key => key.Use is null or JsonWebKeyUseNames.Sig);

    private static SecurityKey? Convert(JsonWebKey key) => JsonWebKeyConverter.TryConvertToSecurityKey(key, out SecurityKey converted)
        ? converted
        : null;

    private static string? Problem(JsonWebKey key) => key.Kty switch
    {
        JsonWebAlgorithmsKeyTypes.Octet => key.KeySize < LeastSecretBits
            ? $"has a secret of {key.KeySize} bits; it must have at least {LeastSecretBits}"
            : null,
        _ when key.HasPrivateKey => "has a private key: this server needs only the public part, and should not be able to issue tokens",
        JsonWebAlgorithmsKeyTypes.RSA when key.KeySize < LeastRsaBits =>
            $"has an RSA key of {key.KeySize} bits; it must have at least {LeastRsaBits}",
        _ when Convert(key) is null => $"has a key of the kind '{key.Kty}', which cannot be used: it must be RSA, EC or oct",
        _ => null,
    };
}
