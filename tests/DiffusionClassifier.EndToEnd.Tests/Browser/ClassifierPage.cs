using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using DiffusionClassifier.Testing;
using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>The page at <c>/</c> as a visitor uses it; whatever its console complains about is kept.</summary>
internal sealed partial class ClassifierPage : IAsyncDisposable
{
    /// <summary>Trials that take minutes.</summary>
    public const string Endless = "100000";

    private const int Slow = 60_000; // ms: a failure, not a measurement

    // Chromium reports every status that is an error; the page says it in words.
    private const string StatusOfCall = "Failed to load resource";

    private ClassifierPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, among them what the content security policy blocked.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>All addresses that the page has asked for.</summary>
    public List<Uri> Requests { get; } = [];

    public ILocator Winner => Page.Locator(".winner");

    /// <summary>The labels of the race, best first, with all that is said of each.</summary>
    public ILocator Race => Page.Locator(".bars li");

    /// <summary>The chosen images, with what became of them.</summary>
    public ILocator Images => Page.Locator("#images li");

    /// <summary>Opens the page of a service, whose address ends in a slash, and waits until it knows the models.</summary>
    public static async Task<ClassifierPage> OpenAsync(
        BrowserFixture browser, Uri service, string fragment = "", ColorScheme colors = ColorScheme.Light, int width = BrowserFixture.Laptop)
    {
        var page = new ClassifierPage(await browser.NewPageAsync(colors, width));
        page.Page.SetDefaultTimeout(Slow);
        page.Page.Console += (_, message) => page.Note(message.Type, message.Text);
        page.Page.Request += (_, request) => page.Requests.Add(new Uri(request.Url));
        page.Page.PageError += (_, error) => page.Note("error", error);
        await page.Page.GotoAsync($"{service}{fragment}");
        return page;
    }

    /// <summary>Waits until the models are there, as a visitor would.</summary>
    public async Task<ClassifierPage> ReadyAsync()
    {
        await Page.Locator("#samples button").First.WaitForAsync();
        return this;
    }

    /// <summary>Chooses files of samples/.</summary>
    public Task ChooseAsync(params string[] samples) => Page.Locator("#files").SetInputFilesAsync(samples.Select(Repository.Sample));

    /// <summary>Types texts, each with Enter behind it.</summary>
    public async Task TypeAsync(string field, params string[] texts)
    {
        foreach (string text in texts)
        {
            await Page.Locator($"#{field}").FillAsync(text);
            await Page.Keyboard.PressAsync("Enter");
        }
    }

    /// <summary>Sets an option, unfolding those that are not seen at first.</summary>
    public async Task SetAsync(string option, string value)
    {
        ILocator control = Page.Locator($"#{option}");
        if (!await control.IsVisibleAsync())
            await Page.Locator("#more > summary").ClickAsync();
        if (await control.EvaluateAsync<string>("control => control.tagName") == "SELECT")
            await control.SelectOptionAsync(value);
        else
            await control.FillAsync(value);
    }

    /// <summary>Presses a button by its name.</summary>
    public Task PressAsync(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Goes to a tab.</summary>
    public Task GoToAsync(string tab) => Page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();

    /// <summary>Presses Classify, and waits for the answer.</summary>
    public async Task<string> ClassifyAsync()
    {
        await PressAsync("Classify");
        await Winner.WaitForAsync();
        return await Winner.InnerTextAsync();
    }

    /// <summary>Starts what takes minutes, and waits until labels are seen to race.</summary>
    public async Task BeginEndlessAsync()
    {
        await SetAsync("trials", Endless);
        await SetAsync("strategy", "fixed");
        await PressAsync("Classify");
        await Race.First.WaitForAsync();
    }

    /// <summary>The rows that a running race has cost so far.</summary>
    public async Task<int> RowsAsync() => int.Parse(
        Rows().Match(await Page.Locator(".progress .quiet").InnerTextAsync()).Groups[1].Value.Replace(",", "", StringComparison.Ordinal),
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the page is wider than the window.</summary>
    public Task<bool> ScrollsSidewaysAsync() =>
        Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <summary>What axe-core finds that keeps people from using the page as it stands.</summary>
    public async Task<string[]> FaultsAsync()
    {
        AxeResult result = await Page.RunAxe();
        return [.. result.Violations
            .Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}"))];
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private void Note(string type, string text)
    {
        if (type is "error" or "warning" && !text.StartsWith(StatusOfCall, StringComparison.Ordinal))
            Complaints.Add(text);
    }

    [GeneratedRegex("([0-9,]+) of at most")]
    private static partial Regex Rows();
}
