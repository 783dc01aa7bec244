using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>Several images in one request to /classify.</summary>
public sealed class BatchApiTests(TestService service) : IClassFixture<TestService>
{
    private const string JsonLines = "application/x-ndjson", Csv = "text/csv";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_image_is_answered_as_alone_and_in_the_order_of_the_request()
    {
        JsonElement answer = await (await PostAsync([[3], [1], [2]], "application/json", ("seed", "9"))).Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        JsonElement[] images = [.. answer.GetProperty("images").EnumerateArray()];
        Assert.Equal([0, 1, 2], images.Select(image => image.GetProperty("index").GetInt32()));
        foreach ((byte picture, JsonElement image) in ((byte[])[3, 1, 2]).Zip(images))
        {
            JsonElement alone = await AloneAsync(picture, ("seed", "9"));
            Assert.Equal(alone.GetProperty("labels").GetRawText(), image.GetProperty("answer").GetProperty("labels").GetRawText());
            Assert.Equal(JsonValueKind.Null, image.GetProperty("error").ValueKind);
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(JsonLines)]
    public async Task A_bad_image_has_an_error_of_its_own_and_costs_the_others_nothing(string accept)
    {
        HttpResponseMessage response = await PostAsync([[1], FakeImagePreprocessor.BadHeader, FakeImagePreprocessor.BadPixels, [2]], accept);

        JsonElement[] images = [.. (await ReadAsync(response, accept)).OrderBy(image => image.GetProperty("index").GetInt32())];
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["-", "unsupported_image_format 415 not an image", "invalid_image 400 damaged", "-"], images.Select(ErrorOf));
        Assert.Equal([true, false, false, true], images.Select(image => image.GetProperty("answer").ValueKind == JsonValueKind.Object));
    }

    [Fact]
    public async Task As_lines_each_answer_is_there_as_soon_as_it_is_ready()
    {
        using var blocked = new ManualResetEventSlim();
        using TestService slow = new();
        int decoded = 0;
        slow.Images.BeforeLoad = () =>
        {
            if (Interlocked.Increment(ref decoded) > 1)
                blocked.Wait(Cancellation);
        };
        using HttpClient client = slow.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = Form([[1], [2], [3]]), Headers = { { "Accept", JsonLines } } };

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        string first = (await lines.ReadLineAsync(Cancellation))!; // the other two are still being decoded
        blocked.Set();
        string rest = await lines.ReadToEndAsync(Cancellation);

        Assert.Equal(JsonLines, response.Content.Headers.ContentType?.MediaType);
        string[] all = [first, .. rest.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal([0, 1, 2], all.Select(line => JsonElement.Parse(line).GetProperty("index").GetInt32()).Order());
    }

    [Fact]
    public async Task As_a_table_an_image_is_a_line()
    {
        HttpResponseMessage response = await PostAsync([[1], FakeImagePreprocessor.BadHeader], Csv);

        string[] lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split("\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("image,label,posterior,meanError,margin,marginStandardError,trials,rows,seconds,model,error", lines[0]);
        Assert.StartsWith($"0,{(await AloneAsync(1)).GetProperty("prediction").GetString()},", lines[1], StringComparison.Ordinal);
        Assert.Equal("1,,,,,,,,,,not an image", lines[2]);
    }

    [Theory]
    [InlineData(Csv, 2)]
    [InlineData(JsonLines, 1)]
    public async Task One_image_can_have_either_form_as_well(string accept, int lines)
    {
        using HttpClient client = service.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = TestService.Form(), Headers = { { "Accept", accept } } };

        HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(lines, (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(JsonLines)]
    [InlineData(Csv)]
    public async Task What_is_wrong_with_a_field_of_all_refuses_the_request(string accept) =>
        await Problem.ReadAsync(await PostAsync([FakeImagePreprocessor.BadHeader, [1], [2]], accept, ("labels", "no such class")), HttpStatusCode.BadRequest, "unknown_label");

    [Fact]
    public async Task More_images_than_the_setting_allows_are_refused()
    {
        using TestService small = new(("Uploads:MaxImages", "2"));
        using HttpClient client = small.CreateClient();

        JsonElement problem = await Problem.ReadAsync(await client.PostAsync("/classify", Form([[1], [2], [3]]), Cancellation), HttpStatusCode.BadRequest, "invalid_request");

        Assert.Equal("3 images were sent; one request may have at most 2: send several requests.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_event_stream_is_of_one_image()
    {
        JsonElement problem = await Problem.ReadAsync(await PostAsync([[1], [2]], "text/event-stream"), HttpStatusCode.BadRequest, "invalid_request");

        Assert.Contains(JsonLines, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_in_JSON_has_them_as_an_array()
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsJsonAsync("/classify", new { images = (string[])[Convert.ToBase64String([1]), Convert.ToBase64String([2])] }, Cancellation);

        Assert.Equal(2, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("images").GetArrayLength());
    }

    [Fact]
    public async Task All_images_count_as_one_request_of_their_tenant()
    {
        using TestService service = new(
            ("ApiKeys:0:Name", "ada"), ("ApiKeys:0:Sha256", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("key"u8))), ("ApiKeys:0:MaxActiveRequests", "1"));
        using HttpClient client = service.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", "key");

        JsonElement answer = await (await client.PostAsync("/classify", Form([.. Enumerable.Range(1, 20).Select(picture => (byte[])[(byte)picture])]), Cancellation))
            .Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        Assert.All(answer.GetProperty("images").EnumerateArray(), image => Assert.Equal("-", ErrorOf(image)));
    }

    private static MultipartFormDataContent Form(byte[][] images, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (byte[] image in images)
            form.Add(new ByteArrayContent(image), "images", "a.png");
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    private static async Task<IEnumerable<JsonElement>> ReadAsync(HttpResponseMessage response, string accept)
    {
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        return accept == JsonLines
            ? body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            : JsonElement.Parse(body).GetProperty("images").EnumerateArray();
    }

    private static string ErrorOf(JsonElement image) => image.GetProperty("error") is { ValueKind: JsonValueKind.Object } error
        ? $"{error.GetProperty("code").GetString()} {error.GetProperty("status").GetInt32()} {error.GetProperty("detail").GetString()}"
        : "-";

    private async Task<JsonElement> AloneAsync(byte picture, params (string Name, string Value)[] fields)
    {
        using HttpClient client = service.CreateClient();
        var form = new MultipartFormDataContent { { new ByteArrayContent([picture]), "image", "a.png" } };
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        return await (await client.PostAsync("/classify", form, Cancellation)).Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private async Task<HttpResponseMessage> PostAsync(byte[][] images, string accept, params (string Name, string Value)[] fields)
    {
        using HttpClient client = service.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = Form(images, fields), Headers = { { "Accept", accept } } };
        return await client.SendAsync(request, Cancellation);
    }
}
