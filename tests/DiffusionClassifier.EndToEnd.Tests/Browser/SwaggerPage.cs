using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>Swagger UI as a visitor uses it.</summary>
/// <param name="page">The page, as it was opened.</param>
internal sealed class SwaggerPage(IPage page)
{
    private const string Operations = ".opblock";
    private const int Slow = 60_000; // ms: a failure, not a measurement

    /// <summary>Opens Swagger UI of a service, whose address ends in a slash.</summary>
    public static async Task<SwaggerPage> OpenAsync(BrowserFixture browser, Uri service)
    {
        IPage page = await browser.OpenAsync(new Uri(service, "swagger"));
        page.SetDefaultTimeout(Slow);
        await page.Locator(Operations).First.WaitForAsync();
        return new SwaggerPage(page);
    }

    /// <summary>The operations shown, as "TAG/ID".</summary>
    public async Task<string[]> OperationsAsync()
    {
        IReadOnlyList<ILocator> blocks = await page.Locator(Operations).AllAsync();
        string?[] ids = await Task.WhenAll(blocks.Select(block => block.GetAttributeAsync("id")));
        return [.. ids.Select(id => id!["operations-".Length..].Replace('-', '/'))];
    }

    /// <summary>Unfolds an operation, which is ready to be tried then.</summary>
    public async Task<ILocator> UnfoldAsync(string operation)
    {
        ILocator block = page.Locator($"#operations-{operation.Replace('/', '-')}");
        await Summary(block).ClickAsync();
        await block.Locator(".execute").WaitForAsync();
        return block;
    }

    /// <summary>Folds an operation.</summary>
    public static async Task FoldAsync(ILocator block)
    {
        await Summary(block).ClickAsync();
        await block.Locator(".execute").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>The content types that an operation's body may have; none where it has no body.</summary>
    public static async Task<IReadOnlyList<string>> ContentTypesAsync(ILocator block)
    {
        ILocator options = ContentType(block).Locator("option");
        bool isPost = (await block.GetAttributeAsync("class"))!.Contains("opblock-post", StringComparison.Ordinal);
        bool isOfModels = (await block.GetAttributeAsync("id"))!.StartsWith("operations-Models-", StringComparison.Ordinal);
        if (isPost && !isOfModels) // all of them have a body, drawn last; those of models have none
            await options.First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return await options.AllInnerTextsAsync();
    }

    /// <summary>Chooses one of the content types.</summary>
    public static Task ChooseContentTypeAsync(ILocator block, string contentType) => ContentType(block).SelectOptionAsync(contentType);

    /// <summary>The row of a form's field.</summary>
    public static ILocator Field(ILocator block, string name) => block.Locator($"tr[data-property-name='{name}']");

    /// <summary>The names of the form's fields that can be seen.</summary>
    public static async Task<string[]> VisibleFieldsAsync(ILocator block) =>
        [.. await block.Locator("tr[data-property-name]").EvaluateAllAsync<string[]>("rows => rows.filter(row => row.checkVisibility()).map(row => row.dataset.propertyName)")];

    /// <summary>Presses Execute.</summary>
    /// <returns>The status that the page shows, and the body that came.</returns>
    public async Task<(int Status, string Body)> ExecuteAsync(ILocator block)
    {
        IResponse response = await page.RunAndWaitForResponseAsync(() => block.Locator(".execute").ClickAsync(), _ => true);
        string shown = await block.Locator(".live-responses-table .response-col_status").Last.InnerTextAsync();
        return (int.Parse(shown.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture), await response.TextAsync());
    }

    /// <summary>All that the page says.</summary>
    public Task<string> TextAsync() => page.Locator("body").InnerTextAsync();

    private static ILocator Summary(ILocator block) => block.Locator(".opblock-summary-control").First;

    private static ILocator ContentType(ILocator block) => block.Locator(".opblock-section-request-body .opblock-section-header select");
}
