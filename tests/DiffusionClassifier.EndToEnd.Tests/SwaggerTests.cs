namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class SwaggerTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public async Task Swagger_UI_shows_the_operations_in_a_real_browser()
    {
        string? browser = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipUnless(browser is not null, "No Chromium is installed.");
        string profile = Directory.CreateTempSubdirectory("browser").FullName;

        (_, string page) = await Shell.RunAsync(
            $"timeout 60 {browser} --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
            + $"--user-data-dir={profile} --virtual-time-budget=20000 --dump-dom {fixture.Service.Client.BaseAddress}swagger/index.html", TestContext.Current.CancellationToken);

        Directory.Delete(profile, recursive: true);
        Assert.Contains("operations-Classification-classify", page, StringComparison.Ordinal);
        Assert.Contains("operations-Models-listModels", page, StringComparison.Ordinal);
    }
}
