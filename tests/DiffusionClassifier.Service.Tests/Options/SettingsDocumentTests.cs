using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Service.Tests.Options;

/// <summary>The tables of docs/settings.md are what the options say of themselves.</summary>
public sealed class SettingsDocumentTests(TestService service) : IClassFixture<TestService>
{
    private const string Begin = "<!-- from here on written by SettingsDocumentTests -->\n";

    [Fact]
    public void Every_setting_is_documented_as_its_own_option_says()
    {
        string document = Path.Combine(Repository.Root, "docs", "settings.md");
        string written = File.ReadAllText(document);
        string head = written[..(written.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)];

        string expected = $"{head}\n{new SettingsTable([.. service.Services.GetServices<KnownSection>()]).Render().TrimEnd()}\n";

        string fresh = Path.Combine(Repository.Artifacts, "settings.md");
        File.WriteAllText(fresh, expected);
        Assert.True(written == expected, $"docs/settings.md is stale: copy {fresh} over it.");
    }
}
