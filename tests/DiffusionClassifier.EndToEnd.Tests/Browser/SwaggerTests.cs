using System.Text.Json;
using DiffusionClassifier.Testing;
using Microsoft.Playwright;

namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>Whoever tries the service in Swagger UI gets answers, or is told what to do.</summary>
public sealed class SwaggerTests(ServiceFixture fixture, BrowserFixture browser) : IClassFixture<ServiceFixture>, IClassFixture<BrowserFixture>
{
    private const string Classify = "Classification/classify", Form = "multipart/form-data", Json = "application/json", JsonLines = "application/x-ndjson";
    private const string WordsOfItsOwn = "additionalProp"; // Swagger UI's, for what it knows nothing of

    // Each operation and content type in the order of the page: the status of pressing Execute at once, and what the body says.
    private static readonly (string Operation, string? ContentType, int Status, string Says)[] AsGiven =
    [
        (Classify, Form, 400, "The field image is missing: send the image as a file"),
        (Classify, Json, 200, "\"prediction\":\"ship\""),
        ("Classification/match", Form, 400, "No image was sent: send from 1 to 64 image files"),
        ("Classification/match", Json, 200, "\"prediction\":\"a red circle left of a blue square\""),
        ("Jobs/submitJob", Form, 400, "The field image is missing: send the image as a file"),
        ("Jobs/submitJob", Json, 202, "\"status\":"),
        ("Jobs/listJobs", null, 200, "\"jobs\":"),
        ("Jobs/getJob", null, 404, "it was never accepted, or it has expired"),
        ("Jobs/cancelJob", null, 404, "it was never accepted, or it has expired"),
        ("Jobs/watchJob", null, 404, "it was never accepted, or it has expired"),
        ("Jobs/addTrials", Json, 404, "it was never accepted, or it has expired"),
        ("Batches/submitBatch", Form, 400, "The batch has no"),
        ("Batches/submitBatch", JsonLines, 400, "It is not a JSON object, as in"),
        ("Batches/listBatches", null, 200, "\"batches\":"),
        ("Batches/getBatch", null, 404, "it was never accepted, or it has expired"),
        ("Batches/cancelBatch", null, 404, "it was never accepted, or it has expired"),
        ("Batches/getBatchResults", null, 404, "it was never accepted, or it has expired"),
        ("Models/listModels", null, 200, "\"id\":\"cifar10\""),
        ("Models/getModel", null, 200, "\"id\":\"cifar10\""),
        ("Models/loadModel", null, 403, "this server has no keys"),
        ("Models/unloadModel", null, 403, "this server has no keys"),
        ("Health/live", null, 200, "live"),
        ("Health/ready", null, 200, "ready"),
        ("Metrics/metrics", null, 200, "# TYPE"),
    ];

    [Fact]
    public async Task Every_operation_can_be_executed_as_it_is_shown()
    {
        SwaggerPage page = await SwaggerPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!);
        List<(string Operation, string? ContentType, int Status, string Body)> answers = [];
        List<string> said = [];

        foreach (string operation in await page.OperationsAsync())
        {
            ILocator block = await page.UnfoldAsync(operation);
            IReadOnlyList<string> contentTypes = await SwaggerPage.ContentTypesAsync(block);
            foreach (string? contentType in contentTypes.DefaultIfEmpty())
            {
                if (contentType is not null)
                    await SwaggerPage.ChooseContentTypeAsync(block, contentType);
                (int status, string body) = await page.ExecuteAsync(block);
                answers.Add((operation, contentType, status, body));
                said.Add(await block.InnerTextAsync());
            }

            await SwaggerPage.FoldAsync(block); // what is unfolded is drawn anew with every letter
        }

        Assert.Equal(
            AsGiven.Select(each => (each.Operation, each.ContentType, each.Status)),
            answers.Select(answer => (answer.Operation, answer.ContentType, answer.Status)));
        Assert.All(AsGiven.Zip(answers), pair => Assert.Contains(pair.First.Says, pair.Second.Body, StringComparison.Ordinal));
        Assert.All(said.Append(await page.TextAsync()), text => Assert.DoesNotContain(WordsOfItsOwn, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operation_can_be_executed_under_a_prefix()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync("--PathBase", "/vision");
        SwaggerPage page = await SwaggerPage.OpenAsync(browser, new Uri(service.Client.BaseAddress!, "vision/"));
        ILocator classify = await page.UnfoldAsync(Classify);
        await SwaggerPage.ChooseContentTypeAsync(classify, Json);

        (int status, string body) = await page.ExecuteAsync(classify);

        Assert.True(status == 200, body);
    }

    [Fact]
    public async Task Images_of_a_batch_are_chosen_in_the_form()
    {
        SwaggerPage page = await SwaggerPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!);
        ILocator batch = await page.UnfoldAsync("Batches/submitBatch");
        foreach (string sample in (string[])["ship.png", "horse.png"])
        {
            await SwaggerPage.Field(batch, "images").GetByRole(AriaRole.Button, new() { Name = "Add string item" }).ClickAsync();
            await SwaggerPage.Field(batch, "images").Locator("input[type=file]").Last.SetInputFilesAsync(Repository.Sample(sample));
        }

        (int status, string body) = await page.ExecuteAsync(batch);

        Assert.True(status == 202, body);
        Assert.Equal(2, JsonDocument.Parse(body).RootElement.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_image_is_all_that_a_form_needs()
    {
        (SwaggerPage page, ILocator classify) = await UnfoldClassifyAsync();
        await ChooseFileAsync(classify, "ship.png");

        (int status, string body) = await page.ExecuteAsync(classify);

        Assert.True(status == 200, body);
        JsonElement answer = JsonDocument.Parse(body).RootElement;
        Assert.Equal("ship", answer.GetProperty("prediction").GetString());
        Assert.Equal(10, answer.GetProperty("labels").GetArrayLength());
    }

    [Fact]
    public async Task An_image_and_labels_are_sent_as_they_were_entered()
    {
        (SwaggerPage page, ILocator classify) = await UnfoldClassifyAsync();
        await ChooseFileAsync(classify, "horse.png");
        ILocator labels = SwaggerPage.Field(classify, "labels");
        foreach (string label in (string[])["ship", "horse"])
        {
            await labels.GetByRole(AriaRole.Button, new() { Name = "Add string item" }).ClickAsync();
            await labels.Locator("input[type=text]").Last.FillAsync(label);
        }

        (int status, string body) = await page.ExecuteAsync(classify);

        Assert.True(status == 200, body);
        JsonElement answer = JsonDocument.Parse(body).RootElement;
        Assert.Equal(["horse", "ship"], answer.GetProperty("labels").EnumerateArray().Select(item => item.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task Advanced_fields_are_folded_away_until_somebody_wants_them()
    {
        (SwaggerPage page, ILocator classify) = await UnfoldClassifyAsync();
        string[] first = await SwaggerPage.VisibleFieldsAsync(classify);
        ILocator advanced = classify.GetByRole(AriaRole.Button, new() { Name = "Advanced" });

        await advanced.ClickAsync();
        string[] all = await SwaggerPage.VisibleFieldsAsync(classify);
        await ChooseFileAsync(classify, "ship.png");
        await SwaggerPage.Field(classify, "trials").Locator("input").FillAsync("4");
        await SwaggerPage.Field(classify, "strategy").Locator("select").SelectOptionAsync("fixed");
        (int status, string body) = await page.ExecuteAsync(classify);

        Assert.Equal(["image", "labels", "model", "images"], first);
        Assert.Equal(typeof(ClassificationRequest).GetProperties().Length, all.Length);
        Assert.True(status == 200, body);
        Assert.Equal(10 * 4, JsonDocument.Parse(body).RootElement.GetProperty("cost").GetProperty("rows").GetInt32());
    }

    private async Task<(SwaggerPage Page, ILocator Block)> UnfoldClassifyAsync()
    {
        SwaggerPage page = await SwaggerPage.OpenAsync(browser, fixture.Service.Client.BaseAddress!);
        return (page, await page.UnfoldAsync(Classify));
    }

    private static Task ChooseFileAsync(ILocator block, string sample) =>
        SwaggerPage.Field(block, "image").Locator("input[type=file]").SetInputFilesAsync(Repository.Sample(sample));
}
