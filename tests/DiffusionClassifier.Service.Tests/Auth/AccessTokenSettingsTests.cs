using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Tests.Auth;

public sealed class AccessTokenSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Without_settings_no_token_is_taken() => Assert.False(Read().IsOn);

    [Theory]
    [InlineData("Tokens:Authority is not set", "Audience=a")]
    [InlineData("keys come from one of them", "Authority=https://login.example.org", "Audience=a", "KeysFile=FOLDER/none.json")]
    [InlineData("must be an https address", "Authority=http://login.example.org", "Audience=a")]
    [InlineData("must be an https address", "Authority=login.example.org", "Audience=a")]
    [InlineData("Tokens:Audience is not set", "Authority=https://login.example.org")]
    [InlineData("Tokens:Issuer is not set", "KeysFile=FOLDER/none.json", "Audience=a")]
    [InlineData("Tokens:TenantClaim is empty", "Authority=https://login.example.org", "Audience=a", "TenantClaim=")]
    [InlineData("Tokens:MaxActiveRequests is 0", "Authority=https://login.example.org", "Audience=a", "MaxActiveRequests=0")]
    [InlineData("Tokens:ClockSkew is -00:00:01", "Authority=https://login.example.org", "Audience=a", "ClockSkew=-00:00:01")]
    [InlineData("cannot be read", "KeysFile=FOLDER/none.json", "Audience=a", "Issuer=i")]
    public void A_setting_that_is_wrong_is_said_in_one_line(string message, params string[] settings) => Assert.Contains(message, Refusal(settings), StringComparison.Ordinal);

    [Theory]
    [InlineData("is not a JSON Web Key Set", "-----BEGIN PUBLIC KEY-----")]
    [InlineData("has no key", """{"keys": []}""")]
    [InlineData("has no key", "{}")]
    [InlineData("has a secret of 64 bits", """{"keys": [{"kty": "oct", "k": "AAAAAAAAAAA"}]}""")]
    [InlineData("has a private key", """{"keys": [{"kty": "RSA", "n": "AQ", "e": "AQAB", "d": "AQ", "p": "AQ", "q": "AQ", "dp": "AQ", "dq": "AQ", "qi": "AQ"}]}""")]
    [InlineData("has a key of the kind 'OKP'", """{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AQ"}]}""")]
    [InlineData("has an RSA key of 8 bits", """{"keys": [{"kty": "RSA", "n": "AQ", "e": "AQAB"}]}""")]
    public void A_file_of_keys_that_is_none_or_weak_is_said_in_one_line(string message, string content)
    {
        string file = _folder.Write("keys.json", System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Contains(message, Refusal($"KeysFile={file}", "Audience=a", "Issuer=i"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_cannot_have_the_name_of_a_tokens_tenant()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read("ApiKeys:0:name=token:ada", $"ApiKeys:0:sha256={new string('a', 64)}"));

        Assert.Contains("a name that begins with 'token:'", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal(params string[] settings)
    {
        string[] replaced = [.. settings.Select(setting => $"Tokens:{setting.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)}")];
        string message = Assert.Throws<OptionsValidationException>(() => Read(replaced)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static AccessGate Read(params string[] settings)
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
                .Build())
            .AddAccess()
            .BuildServiceProvider();
        return services.GetRequiredService<AccessGate>();
    }
}
