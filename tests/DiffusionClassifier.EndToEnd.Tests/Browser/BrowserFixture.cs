using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>Debian's Chromium without a window, driven by Playwright; one for all tests of a class, which are skipped where there is none.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const int Width = 1280, Height = 1000; // of a laptop

    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Containers run tests as root, where Chromium has no sandbox, and with 64 MB of shared memory; one renderer is enough.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--renderer-process-limit=1", "--disable-background-networking", "--disable-component-update"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Programs.FirstOrDefault(File.Exists) is not { } program)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
    }

    /// <summary>A page of its own, without what other pages have stored.</summary>
    public async Task<IPage> OpenAsync(Uri address)
    {
        Assert.SkipUnless(_browser is not null, "No Chromium is installed: apt-get install chromium.");
        IPage page = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = Width, Height = Height }, ColorScheme = ColorScheme.Light });
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
