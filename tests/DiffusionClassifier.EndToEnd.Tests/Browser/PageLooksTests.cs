using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>The page in all its states: for people who do not see it, in the dark, and on a phone.</summary>
[Collection(nameof(PageSuite))]
public sealed class PageLooksTests(TalkativeService fixture, BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, BrowserFixture.Laptop)]
    [InlineData(ColorScheme.Dark, BrowserFixture.Laptop)]
    [InlineData(ColorScheme.Light, BrowserFixture.Phone)]
    public async Task No_state_keeps_anyone_out_or_is_wider_than_the_window(ColorScheme colors, int width)
    {
        await using ClassifierPage page = await ClassifierPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!, colors: colors, width: width);
        await page.ReadyAsync();
        List<string> faults = [];

        await LookAsync("empty");
        await page.ChooseAsync("ship.png");
        await page.BeginEndlessAsync(); // which unfolds the options
        await LookAsync("running");
        await page.PressAsync("Cancel");
        await page.SetAsync("trials", "32");
        await page.SetAsync("strategy", "");
        await page.ClassifyAsync();
        await LookAsync("answered");
        await page.TypeAsync("labels", "shp", new string('m', 80));
        await page.PressAsync("Classify");
        await page.Page.Locator("#labels-error:visible").WaitForAsync();
        await LookAsync("refused");
        await page.GoToAsync("Match");
        await page.TypeAsync("captions", "ship", "horse", "airplane", "truck");
        await page.SetAsync("trials", "2");
        await page.PressAsync("Match");
        await page.Page.Locator("table").WaitForAsync();
        await LookAsync("matched");

        Assert.Empty(faults);
        Assert.Empty(page.Complaints);

        async Task LookAsync(string state)
        {
            faults.AddRange((await page.FaultsAsync()).Select(fault => $"{state}: {fault}"));
            if (await page.ScrollsSidewaysAsync())
                faults.Add($"{state}: it is wider than the window");
        }
    }
}
