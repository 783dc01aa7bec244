using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Service.Tests.Api.BadInput;

namespace DiffusionClassifier.Service.Tests.OpenApi;

/// <summary>The errors in the document are those that the service gives.</summary>
public sealed class ErrorSampleTests(StrictService service) : IClassFixture<StrictService>
{
    private static readonly byte[] Gif = "GIF89a"u8.ToArray(), BarePng = [0x89, .. "PNG\r\n\x1A\n"u8];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Requests that are refused as a sample says, word for word.</summary>
    public static TheoryData<string, string, Func<HttpContent>> Refused => new()
    {
        { "/classify", "missing_image", () => new MultipartFormDataContent { { new StringContent(""), "model" } } },
        { "/classify", "unknown_field", () => StrictService.Form("image", [StrictService.Picture], ("trails", "1")) },
        { "/classify", "invalid_request", () => StrictService.Form("image", [StrictService.Picture], ("trials", "many")) },
        { "/classify", "invalid_image", () => StrictService.Form("image", [BarePng]) },
        { "/classify", "unsupported_image_format", () => StrictService.Form("image", [Gif]) },
        { "/classify", "unsupported_content_type", () => new StringContent("image", Encoding.UTF8, "text/plain") },
        { "/match", "missing_image", () => StrictService.Form("images", [], ("captions", "class 1")) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_sample_is_what_the_service_sends(string address, string code, Func<HttpContent> body)
    {
        JsonObject sample = (await SamplesAsync(address)).Single(each => each.Code == code).Body;
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync(address, body(), Cancellation);

        JsonObject problem = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
        sample["traceId"] = problem["traceId"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(problem, sample), $"The service sends {problem.ToJsonString()}, and the sample is {sample.ToJsonString()}");
    }

    [Fact]
    public async Task Every_error_that_a_classification_can_end_with_has_a_sample_under_its_status()
    {
        (string Status, string Code, JsonObject Body)[] samples = await SamplesAsync("/classify");

        IEnumerable<string> expected = Enum.GetValues<ClassificationError>()
            .Except([ClassificationError.Unauthorized, ClassificationError.Forbidden, ClassificationError.NotAlive, ClassificationError.UnknownJob]) // only where keys or tokens are asked for; only of others
            .Select(ErrorCode.Of).Append("internal_error");
        Assert.Equal(expected.Order(), samples.Select(sample => sample.Code).Order());
        Assert.All(samples, sample =>
        {
            Assert.Equal(sample.Status, sample.Body["status"]!.ToString());
            Assert.Equal(sample.Code, sample.Body["code"]!.ToString());
            Assert.NotEmpty(sample.Body["detail"]!.ToString());
        });
    }

    [Fact]
    public async Task Where_keys_are_asked_for_a_sample_says_how_to_send_one()
    {
        using TestService closed = new(("ApiKeys:0:Name", "ada"), ("ApiKeys:0:Sha256", new string('a', 64)));
        using HttpClient client = closed.CreateClient();
        JsonObject refusal = (await (await client.GetAsync("/models", Cancellation)).Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;

        JsonObject sample = (await SamplesAsync("/models", "get", client)).Single(each => each.Code == "unauthorized").Body;

        Assert.Equal(refusal["detail"]!.ToString(), sample["detail"]!.ToString());
    }

    private async Task<(string Status, string Code, JsonObject Body)[]> SamplesAsync(string address, string method = "post", HttpClient? other = null)
    {
        using HttpClient client = service.CreateClient();
        JsonElement document = await (other ?? client).GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", Cancellation);
        return
        [
            .. document.GetProperty("paths").GetProperty(address).GetProperty(method).GetProperty("responses").EnumerateObject()
                .Where(response => response.Name[0] != '2')
                .SelectMany(response => response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").EnumerateObject()
                    .Select(example => (response.Name, example.Name, JsonObject.Create(example.Value.GetProperty("value"))!))),
        ];
    }
}
