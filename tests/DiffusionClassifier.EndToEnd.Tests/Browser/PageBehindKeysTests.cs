using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>The page of a server that wants keys, as a part of a larger site: it is open to all, asks for the key, and never leaves the site.</summary>
public sealed class PageBehindKeysTests(PageBehindKeysTests.LockedService fixture, BrowserFixture browser)
    : IClassFixture<PageBehindKeysTests.LockedService>, IClassFixture<BrowserFixture>
{
    private const string Key = "key-of-ada";

    private Uri Address => new(fixture.Service.Client.BaseAddress!, "vision/");

    [Fact]
    public async Task A_key_is_asked_for_once_and_kept_until_the_tab_is_closed()
    {
        await using ClassifierPage page = await OpenAsync();

        await page.Page.GetByText("This server needs an API key").WaitForAsync();
        string[] faults = await page.FaultsAsync();
        await EnterAsync(page, Key);
        await page.ReadyAsync();
        await page.ChooseAsync("ship.png");
        string winner = await page.ClassifyAsync();
        string lines = await page.Page.Locator(".repeat").InnerTextAsync();
        await page.Page.ReloadAsync();
        await page.ReadyAsync();

        Assert.Empty(faults);
        Assert.Equal("ship", winner);
        Assert.Contains("X-API-Key: $KEY", lines, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, lines, StringComparison.Ordinal);
        await using ClassifierPage other = await OpenAsync();
        await other.Page.GetByText("This server needs an API key").WaitForAsync();
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_wrong_key_is_asked_for_again_and_whoever_has_none_is_told_so()
    {
        await using ClassifierPage page = await OpenAsync();

        await EnterAsync(page, "wrong");
        await page.Page.GetByText("does not know the API key").WaitForAsync();
        await page.PressAsync("Not now");

        await page.Page.Locator("#form-error").GetByText("does not know the API key").WaitForAsync();
    }

    [Fact]
    public async Task Every_address_of_the_page_is_inside_also_from_the_bare_path()
    {
        await using ClassifierPage page = await ClassifierPage.OpenAsync(browser, new Uri(fixture.Service.Client.BaseAddress!, "vision"));
        await EnterAsync(page, Key);
        await page.ReadyAsync();
        await page.ChooseAsync("ship.png");
        await page.ClassifyAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "API" }).ClickAsync();
        await page.Page.Locator(".opblock").First.WaitForAsync();

        Assert.All(
            page.Requests.Where(address => address.Scheme == Uri.UriSchemeHttp), // and not what Swagger UI makes itself
            address => Assert.True($"{address.AbsolutePath}/".StartsWith("/vision/", StringComparison.Ordinal), $"{address}"));
    }

    private Task<ClassifierPage> OpenAsync() => ClassifierPage.OpenAsync(browser, Address);

    private static async Task EnterAsync(ClassifierPage page, string key)
    {
        await page.Page.Locator("#key-text").FillAsync(key);
        await page.PressAsync("Use it");
    }

    /// <summary>A server with one key, under a prefix.</summary>
    public sealed class LockedService : IAsyncLifetime
    {
        private ServiceProcess? _service;

        public ServiceProcess Service => _service ?? throw new InvalidOperationException("The service has not been started.");

        public async ValueTask InitializeAsync() => _service = await ServiceProcess.StartAsync(
            "--PathBase", "/vision", "--ApiKeys:0:Name", "ada", "--ApiKeys:0:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))));

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
                await _service.DisposeAsync();
        }
    }
}
