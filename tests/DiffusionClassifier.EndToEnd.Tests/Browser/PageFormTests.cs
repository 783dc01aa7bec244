using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>The page's form takes what people have at hand, and says what to do when something is wrong.</summary>
[Collection(nameof(PageSuite))]
public sealed class PageFormTests(TalkativeService fixture, BrowserFixture browser)
{
    [Fact]
    public async Task A_sample_comes_with_the_model_and_the_labels_that_suit_it()
    {
        await using ClassifierPage page = await OpenAsync();

        await page.PressAsync("Sample: green triangle");
        await page.Images.First.WaitForAsync();
        string winner = await page.ClassifyAsync();

        Assert.Equal("green triangle", winner);
        Assert.Equal("scenes", await page.Page.Locator("#model").InputValueAsync());
    }

    [Fact]
    public async Task A_heat_map_can_be_against_the_labels_that_a_sample_or_a_link_brings_and_no_others()
    {
        await using ClassifierPage page = await OpenAsync("#labels=[\"cat\",\"dog\"]&explain=dog");
        ILocator against = page.Page.Locator("#explain");
        string linked = await against.InputValueAsync();

        await page.PressAsync("Sample: green triangle");
        await page.Images.First.WaitForAsync();
        string sample = await against.InputValueAsync();
        IReadOnlyList<string> offered = await against.Locator("optgroup option").AllInnerTextsAsync();
        IReadOnlyList<string> labels = await page.Page.Locator("#labels-chips li span").AllInnerTextsAsync();
        await page.Page.EvaluateAsync("() => { location.hash = 'model=cifar10&explain=bird'; }");
        await page.Page.WaitForFunctionAsync("() => document.getElementById('model').value === 'cifar10'");

        Assert.Equal(("dog", "runnerUp", "bird"), (linked, sample, await against.InputValueAsync()));
        Assert.Equal(labels, offered);
        Assert.Contains("green triangle", offered);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Labels_are_typed_with_commas_or_pasted_as_a_list_and_taken_away_again()
    {
        await using ClassifierPage page = await OpenAsync();
        ILocator chips = page.Page.Locator("#labels-chips li span");

        await page.Page.Locator("#labels").PressSequentiallyAsync("ship, truck,");
        await page.Page.Locator("#labels").EvaluateAsync(
            "input => { const data = new DataTransfer(); data.setData('text/plain', 'cat\\ndog\\r\\nship\\n'); input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }");
        await page.PressAsync("Remove truck");
        await page.Page.Locator(".classes").GetByRole(AriaRole.Button, new() { Name = "horse" }).ClickAsync();

        Assert.Equal(["ship", "cat", "dog", "horse"], await chips.AllInnerTextsAsync());
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_beside_its_cause()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");
        await page.TypeAsync("labels", "shp", "truck");

        await page.PressAsync("Classify");
        ILocator labels = page.Page.Locator("#labels-error:visible");
        await labels.WaitForAsync();

        Assert.Contains("Did you mean 'ship'?", await labels.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("labels", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        await page.SetAsync("confidence", "2");
        await page.PressAsync("Classify");
        Assert.Equal("Confidence must be a number from 0.5 to 0.9999.", await page.Page.Locator("#confidence-error").InnerTextAsync());
        Assert.True(await labels.IsHiddenAsync());
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_said_to_be_none()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "notes.png", MimeType = "image/png", Buffer = "no image"u8.ToArray() });

        await page.PressAsync("Classify");
        await page.Page.Locator("#image-error:visible").WaitForAsync();

        Assert.Contains("JPEG, PNG or WebP", await page.Page.Locator("#image-error").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_has_the_settings_and_no_image()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.Page.Locator("#model").SelectOptionAsync("scenes");
        await page.ChooseAsync("green-triangle.png");
        await page.TypeAsync("labels", "\"a ring, or a hoop\"", "green triangle");
        await page.SetAsync("trials", "32");

        await page.PressAsync("Copy link");
        string link = await page.Page.EvaluateAsync<string>("() => location.hash");
        await using ClassifierPage other = await OpenAsync(link);

        Assert.Equal("scenes", await other.Page.Locator("#model").InputValueAsync());
        Assert.Equal("32", await other.Page.Locator("#trials").InputValueAsync());
        Assert.True(await other.Page.Locator("#trials").IsVisibleAsync());
        Assert.Equal(["a ring, or a hoop", "green triangle"], await other.Page.Locator("#labels-chips li span").AllInnerTextsAsync());
        Assert.Equal(0, await other.Images.CountAsync());
    }

    [Fact]
    public async Task A_link_to_a_model_that_is_not_here_says_so()
    {
        await using ClassifierPage page = await OpenAsync("#model=sd15");

        Assert.Equal("This server has no model sd15.", await page.Page.Locator("#model-error").InnerTextAsync());
        Assert.Equal("cifar10", await page.Page.Locator("#model").InputValueAsync());
    }

    [Fact]
    public async Task Two_pages_share_nothing()
    {
        await using ClassifierPage one = await OpenAsync();
        await one.ChooseAsync("ship.png");
        await one.TypeAsync("labels", "ship");
        await using ClassifierPage other = await OpenAsync();
        await one.Page.ReloadAsync();
        await one.ReadyAsync();

        foreach (ClassifierPage page in (ClassifierPage[])[one, other])
        {
            Assert.Equal(0, await page.Images.CountAsync());
            Assert.Equal(0, await page.Page.Locator("#labels-chips li").CountAsync());
        }

        Assert.Equal(0, await one.Page.EvaluateAsync<int>("() => localStorage.length + sessionStorage.length + document.cookie.length"));
    }

    [Fact]
    public async Task Everything_can_be_done_without_a_mouse()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");
        await page.Page.Locator("#tab-classify").FocusAsync();
        List<string> stops = [];
        for (int at = 0; at < 60 && !stops.Contains("start"); at++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            stops.Add(await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        }

        await page.Page.Keyboard.PressAsync("Enter");
        await page.Winner.WaitForAsync();

        Assert.Equal(["choose", "labels", "model", "start"], stops.Where(stop => stop is "choose" or "labels" or "model" or "start"));
        Assert.Contains("ship", await page.Page.Locator("#announcer").TextContentAsync(), StringComparison.Ordinal);
        await page.Page.Locator("#tab-classify").FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("true", await page.Page.Locator("#tab-match").GetAttributeAsync("aria-selected"));
        Assert.True(await page.Page.Locator("#captions").IsVisibleAsync());
    }

    private async Task<ClassifierPage> OpenAsync(string fragment = "") =>
        await (await ClassifierPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!, fragment)).ReadyAsync();
}
