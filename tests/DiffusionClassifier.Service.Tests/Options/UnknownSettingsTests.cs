using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Service.Tests.Options;

/// <summary>Of the service's own sections, as Program.cs registers them.</summary>
public sealed class UnknownSettingsTests(TestService service) : IClassFixture<TestService>
{
    [Theory]
    [InlineData("Engine:MaxLables", "There is no setting Engine:MaxLables: it has no effect. Did you mean 'MaxLabels'?")]
    [InlineData("Engine:Devices:0:Provder", "There is no setting Engine:Devices:0:Provder: it has no effect. Did you mean 'Provider'?")]
    [InlineData("Models:Foldr", "There is no setting Models:Foldr: it has no effect. Did you mean 'Folder'?")]
    [InlineData("Images:MaxByte", "There is no setting Images:MaxByte: it has no effect. Did you mean 'MaxBytes'?")]
    [InlineData("Onnx:Thread", "There is no setting Onnx:Thread: it has no effect. Did you mean 'Threads'?")]
    [InlineData("Tenants:MaxActive", "There is no setting Tenants:MaxActive: it has no effect.")]
    [InlineData("Engin:MaxLabels", "There is no section of settings Engin: it has no effect. Did you mean 'Engine'?")]
    [InlineData("ApiKeys:0:Sha265", "There is no setting ApiKeys:0:Sha265: it has no effect. Did you mean 'Sha256'?")]
    public void A_misspelt_setting_is_named_with_the_nearest(string key, string expected)
    {
        string problem = Assert.Single(Find(key));

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("the-value", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("engine:maxlabels")]
    [InlineData("Engine:Devices:0:Settings:gpu_mem_limit")]
    [InlineData("Engine:Devices:0:Models:0")]
    [InlineData("Images:Decoder")]
    [InlineData("Cors:Origins:0")]
    [InlineData("Proxies:Known:0")]
    [InlineData("PathBase")]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections")]
    [InlineData("SOMETHING_OF_THE_SYSTEM")]
    public void A_setting_that_exists_and_one_of_others_are_not(string key) => Assert.Empty(Find(key));

    private List<string> Find(string key) => [.. UnknownSettings.Find(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)"the-value")]).Build(),
        service.Services.GetServices<KnownSection>())];
}
