using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Service.Auth;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Tests.Auth;

public sealed class ApiKeySettingsTests
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test", by sha256sum
    private const string OtherHash = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"; // of "test2"

    [Fact]
    public void Without_keys_anyone_may_call() => Assert.False(Read().IsOn);

    [Fact]
    public void An_empty_list_is_no_key() => Assert.False(Read("ApiKeys=").IsOn); // what [] in a file becomes

    [Fact]
    public void A_key_is_known_by_the_hash_that_sha256sum_prints()
    {
        ApiKeys keys = Read("ApiKeys:0:name=ada", $"ApiKeys:0:sha256={Hash}");

        Assert.Equal(new Caller("ada", 64), keys.Find("test"));
        Assert.Null(keys.Find("Test"));
    }

    [Fact]
    public void The_limit_of_a_name_is_said_with_one_of_its_keys_or_for_all()
    {
        ApiKeys keys = Read("Tenants:MaxActiveRequests=7", "ApiKeys:0:name=ada", $"ApiKeys:0:sha256={Hash}", "ApiKeys:1:name=ben", $"ApiKeys:1:sha256={OtherHash}", "ApiKeys:1:maxActiveRequests=3");

        Assert.Equal(new Caller("ada", 7), keys.Find("test"));
        Assert.Equal(new Caller("ben", 3), keys.Find("test2"));
    }

    [Theory]
    [InlineData("has no name", $"ApiKeys:0:sha256={Hash}")]
    [InlineData("without a name", "ApiKeys:0=just-a-text")]
    [InlineData("must be a list", "ApiKeys=just-a-text")]
    [InlineData("64 hexadecimal digits", "ApiKeys:0:name=ada")]
    [InlineData("64 hexadecimal digits", "ApiKeys:0:name=ada", "ApiKeys:0:sha256=the-key-itself")]
    [InlineData("64 hexadecimal digits", "ApiKeys:0:name=ada", $"ApiKeys:0:sha256=g{Hash}")]
    [InlineData("ApiKeys:0 and ApiKeys:1 are the same key", "ApiKeys:0:name=ada", $"ApiKeys:0:sha256={Hash}", "ApiKeys:1:name=ben", $"ApiKeys:1:sha256={Hash}")]
    [InlineData("maxActiveRequests is 0", "ApiKeys:0:name=ada", $"ApiKeys:0:sha256={Hash}", "ApiKeys:0:maxActiveRequests=0")]
    [InlineData("'ada' have different maxActiveRequests (1, 2)", "ApiKeys:0:name=ada", $"ApiKeys:0:sha256={Hash}", "ApiKeys:0:maxActiveRequests=1", "ApiKeys:1:name=ada", $"ApiKeys:1:sha256={OtherHash}", "ApiKeys:1:maxActiveRequests=2")]
    [InlineData("Tenants:MaxActiveRequests is 0", "Tenants:MaxActiveRequests=0")]
    public void A_setting_that_is_wrong_is_said_in_one_line_without_what_may_be_a_key(string message, params string[] settings)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read(settings));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain("the-key-itself", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("just-a-text", exception.Message, StringComparison.Ordinal);
    }

    private static ApiKeys Read(params string[] settings)
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
                .Build())
            .AddAccess()
            .BuildServiceProvider();
        return services.GetRequiredService<ApiKeys>();
    }
}
