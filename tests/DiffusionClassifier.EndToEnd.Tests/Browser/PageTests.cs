using System.Text.Json;
using DiffusionClassifier.Testing;
using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>Whoever opens the server in a browser can classify, watch, stop and repeat.</summary>
[Collection(nameof(PageSuite))]
public sealed class PageTests(TalkativeService fixture, BrowserFixture browser)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_and_labels_are_all_that_an_answer_needs()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");
        await page.TypeAsync("labels", "ship", "truck", "airplane");

        string winner = await page.ClassifyAsync();

        Assert.Equal("ship", winner);
        Assert.Equal("ship", (await page.Race.First.Locator(".name").InnerTextAsync()).Trim());
        Assert.Equal(3, await page.Race.CountAsync());
        Assert.Contains("standard errors", await page.Page.Locator(".sure").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("of the 384 that every label on every trial would cost", await page.Page.Locator(".cost").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_race_is_seen_while_it_runs_and_stops_when_it_is_canceled()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");
        await page.BeginEndlessAsync();

        int first = await page.RowsAsync();
        await page.Page.WaitForFunctionAsync("before => Number(document.querySelector('.progress .quiet').textContent.split(' ')[0].replaceAll(',', '')) > before", first);
        bool hasWhiskers = await page.Page.Locator(".whisker:not([hidden])").CountAsync() > 0;
        await page.PressAsync("Cancel");
        await page.Page.GetByText("Canceled. Press Classify").WaitForAsync();

        Assert.True(hasWhiskers);
        while (await fixture.Service.MetricAsync("dc_active_jobs") > 0)
            await Task.Delay(20, Cancellation);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Several_images_wait_for_each_other_and_each_gets_its_answer()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png", "horse.png", "deer.png");

        await page.PressAsync("Classify");
        await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('#images li[data-state=done]').length === 3");

        Assert.Equal(["ship", "horse", "deer"], await page.Images.Locator(".badge").AllInnerTextsAsync());
        await page.Images.First.Locator(".thumb").ClickAsync();
        Assert.Equal("ship", await page.Winner.InnerTextAsync());
    }

    [Fact]
    public async Task The_oldest_answers_make_room_so_that_a_page_can_stay_open()
    {
        const int Images = 40, Kept = 30;
        await using ClassifierPage page = await OpenAsync("#trials=1&labels=[\"ship\",\"truck\"]");
        await page.ChooseAsync([.. Enumerable.Repeat("ship.png", Images)]);

        await page.PressAsync("Classify");
        await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('[data-state=added], [data-state=waiting], [data-state=running]').length === 0");

        Assert.Equal(Kept + 1, await page.Images.CountAsync()); // and the one that is shown
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_when_it_said()
    {
        await using ClassifierPage page = await OpenAsync();
        int asked = 0;
        await page.Page.RouteAsync("**/classify", async route =>
        {
            if (asked++ > 0)
                await route.ContinueAsync();
            else
                await route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "1" }, ContentType = "application/problem+json", Body = """{"detail":"Too much is ahead of you.","code":"overloaded"}""" });
        });
        await page.ChooseAsync("ship.png");

        await page.PressAsync("Classify");
        await page.Page.GetByText("Too much is ahead of you. Trying again in 1 s.").WaitForAsync();
        await page.Winner.WaitForAsync();

        Assert.Equal(2, asked);
        Assert.True(await page.Page.Locator("#form-error").IsHiddenAsync());
    }

    [Fact]
    public async Task The_lines_that_repeat_it_give_the_same_answer()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");
        await page.TypeAsync("labels", "ship", "truck");
        await page.SetAsync("seed", "7");
        await page.SetAsync("trials", "16");
        await page.ClassifyAsync();
        string[] lines = [.. await page.Page.Locator(".repeat code").AllInnerTextsAsync()];

        (_, string curl) = await Shell.RunAsync($"cd {Path.GetDirectoryName(Repository.Sample("ship.png"))} && {lines[0].Replace("curl ", "curl -sS ", StringComparison.Ordinal)}", Cancellation);
        (_, string python) = await Shell.RunAsync($"cd {Path.GetDirectoryName(Repository.Sample("ship.png"))} && python3 - <<'END'\n{lines[1].Replace("print(json.load(", "print(json.dumps(json.load(", StringComparison.Ordinal)})\nEND", Cancellation);

        JsonElement first = JsonDocument.Parse(curl).RootElement;
        Assert.Equal(7, first.GetProperty("seed").GetInt32());
        Assert.Equal(["ship", "truck"], first.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("label").GetString()));
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Python is not installed.");
        Assert.Equal(MeanErrors(first), MeanErrors(JsonDocument.Parse(python).RootElement));
    }

    [Fact]
    public async Task The_image_that_is_shown_runs_again_with_other_labels()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");
        await page.ClassifyAsync();
        await page.TypeAsync("labels", "horse", "deer");

        await page.PressAsync("Classify");
        await page.Page.WaitForFunctionAsync("() => document.querySelector('.winner') !== null && document.querySelectorAll('.bars li').length === 2");

        Assert.Equal(1, await page.Images.CountAsync());
    }

    [Fact]
    public async Task Images_and_captions_are_matched_in_a_table()
    {
        await using ClassifierPage page = await OpenAsync("#tab=match&model=scenes");
        await page.ChooseAsync("red-circle-blue-square.png", "blue-circle-red-square.png");
        await page.TypeAsync("captions", "a red circle left of a blue square", "a blue circle left of a red square");

        await page.PressAsync("Match");
        await page.Page.Locator("table").WaitForAsync();

        Assert.Equal(2, await page.Page.Locator("tbody tr").CountAsync());
        Assert.Equal(1, await page.Page.Locator("tbody tr:nth-child(1) td:nth-child(2).best").CountAsync());
        Assert.Equal(1, await page.Page.Locator("tbody tr:nth-child(2) td:nth-child(3).best").CountAsync());
        Assert.Contains("every image finds its caption: yes", await page.Page.Locator(".matched").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_heat_map_shows_where_the_image_speaks_for_the_winner()
    {
        await using ClassifierPage page = await OpenAsync();
        await page.ChooseAsync("ship.png");

        string winner = await page.ClassifyAsync();

        ILocator map = page.Page.Locator(".overlay");
        Assert.StartsWith("data:image/png;base64,", await map.GetAttributeAsync("src"), StringComparison.Ordinal);
        Assert.True(await map.EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth > 0; }"));
        Assert.StartsWith($"Why {winner}, and not ", await page.Page.Locator("#why-title").InnerTextAsync(), StringComparison.Ordinal);
        Assert.NotEqual(0, await page.Page.Locator(".chart polyline").CountAsync());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_heat_map_is_against_the_label_that_is_chosen_also_by_a_link_and_can_be_left_out()
    {
        await using ClassifierPage page = await OpenAsync("#explain=truck");
        await page.ChooseAsync("ship.png");

        await page.ClassifyAsync();
        string chosen = await page.Page.Locator("#why-title").InnerTextAsync();
        await page.SetAsync("explain", "off");
        await page.PressAsync("Classify");
        await page.Page.Locator(".overlay").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Winner.WaitForAsync();

        Assert.Equal("Why ship, and not truck", chosen);
        Assert.Equal(0, await page.Page.Locator(".overlay").CountAsync());
        Assert.Empty(page.Complaints);
    }

    private static double[] MeanErrors(JsonElement answer) => [.. answer.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("meanError").GetDouble())];

    private async Task<ClassifierPage> OpenAsync(string fragment = "") =>
        await (await ClassifierPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!, fragment)).ReadyAsync();
}
