using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>Debian's Chromium without a window, driven by Playwright; one for all tests of a class, which are skipped where there is none.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    public const int Laptop = 1280, Phone = 360; // pixels across

    private const int Height = 1000;

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
        IPage page = await NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>An empty page of its own; whoever opened it may close it.</summary>
    public async Task<IPage> NewPageAsync(ColorScheme colors = ColorScheme.Light, int width = Laptop)
    {
        Assert.SkipUnless(_browser is not null, "No Chromium is installed: apt-get install chromium.");
        return await _browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = Height }, ColorScheme = colors });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
