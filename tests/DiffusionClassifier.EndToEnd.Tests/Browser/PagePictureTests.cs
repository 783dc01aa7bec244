using DiffusionClassifier.Testing;
using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>
/// The README's picture is a photograph of the page, and not a drawing of it: <c>artifacts/page.png</c>, which is copied to <c>docs/page.png</c>
/// when the page has changed.
/// </summary>
[Collection(nameof(PageSuite))]
public sealed class PagePictureTests(TalkativeService fixture, BrowserFixture browser)
{
    private const int Width = 1280, Height = 860;

    [Fact]
    public async Task The_picture_of_the_readme_shows_an_answer()
    {
        await using ClassifierPage page = await ClassifierPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!);
        await page.ReadyAsync();
        await page.Page.SetViewportSizeAsync(Width, Height);
        await page.ChooseAsync("ship.png");

        string winner = await page.ClassifyAsync();
        await page.Page.EvaluateAsync("() => document.activeElement.blur()");
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Artifacts, "page.png"), Animations = ScreenshotAnimations.Disabled });

        Assert.Equal("ship", winner);
        Assert.Empty(page.Complaints);
    }
}
