using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Service.Tests.Api;

public sealed class MatchApiTests(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_caption_is_scored_on_every_image_as_classify_scores_it()
    {
        using HttpClient client = service.CreateClient();

        JsonElement match = await MatchAsync(client, [[1], [2], [3]], ("captions", "class 4"), ("captions", "class 0"), ("trials", "6"), ("seed", "9"));

        Assert.Equal(["class 4", "class 0"], match.GetProperty("captions").EnumerateArray().Select(caption => caption.GetString()));
        Assert.Equal(3, match.GetProperty("images").GetArrayLength());
        HttpResponseMessage response = await client.PostAsync("/classify", TestService.Form(("labels", """["class 4","class 0"]"""), ("trials", "6"), ("seed", "9")), Cancellation);
        JsonElement alone = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        JsonElement first = match.GetProperty("images")[0];
        Assert.Equal(alone.GetProperty("prediction").GetString(), first.GetProperty("prediction").GetString());
        foreach ((string caption, JsonElement score) in new[] { "class 4", "class 0" }.Zip(first.GetProperty("scores").EnumerateArray()))
        {
            JsonElement label = alone.GetProperty("labels").EnumerateArray().Single(item => item.GetProperty("label").GetString() == caption);
            Assert.Equal(label.GetProperty("meanError").GetDouble(), score.GetProperty("meanError").GetDouble());
            Assert.Equal(-score.GetProperty("meanError").GetDouble(), score.GetProperty("score").GetDouble());
            Assert.Equal(label.GetProperty("posterior").GetDouble(), score.GetProperty("posterior").GetDouble(), precision: 12);
        }

        Assert.Contains("not comparable", match.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()).Last(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, match.GetProperty("winoground").ValueKind);
        Assert.Equal(3 * 2 * 6, match.GetProperty("cost").GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Two_images_and_two_captions_get_the_verdicts_of_their_scores()
    {
        using HttpClient client = service.CreateClient();

        JsonElement match = await MatchAsync(client, [[1], [2]], ("captions", """["class 1","class 2"]"""));

        double[][] s = [.. match.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("score").GetDouble()).ToArray())];
        JsonElement verdict = match.GetProperty("winoground");
        bool text = s[0][0] > s[0][1] && s[1][1] > s[1][0], image = s[0][0] > s[1][0] && s[1][1] > s[0][1];
        Assert.Equal((text, image, text && image), (verdict.GetProperty("text").GetBoolean(), verdict.GetProperty("image").GetBoolean(), verdict.GetProperty("group").GetBoolean()));
    }

    [Fact]
    public async Task A_model_without_a_null_class_cannot_normalize()
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await PostAsync(client, [[1]], ("captions", "class 1"), ("normalizeByNull", "true"));

        await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_bad_image_among_good_ones_fails_the_request_with_its_own_reason()
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await PostAsync(client, [[1], FakeImagePreprocessor.BadPixels, [2]], ("captions", "class 1"));

        await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid_image");
    }

    [Fact]
    public async Task Errors_name_the_fields_of_this_endpoint_and_the_image()
    {
        using HttpClient client = service.CreateClient();

        JsonElement caption = await Problem.ReadAsync(await PostAsync(client, [[1]], ("captions", "class 1"), ("captions", "class 1")), HttpStatusCode.BadRequest, "invalid_request");
        JsonElement image = await Problem.ReadAsync(await PostAsync(client, [[1], FakeImagePreprocessor.BadHeader], ("captions", "class 1")), HttpStatusCode.UnsupportedMediaType, "unsupported_image_format");

        Assert.Equal("captions", caption.GetProperty("field").GetString());
        Assert.Equal("images", image.GetProperty("field").GetString());
        Assert.StartsWith("Image 2:", image.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_image_or_no_caption_is_refused()
    {
        using HttpClient client = service.CreateClient();

        await Problem.ReadAsync(await PostAsync(client, [], ("captions", "class 1")), HttpStatusCode.BadRequest, "missing_image");
        await Problem.ReadAsync(await PostAsync(client, [[1]]), HttpStatusCode.BadRequest, "invalid_request");
        await Problem.ReadAsync(await PostAsync(client, [[1]], ("captions", "class 1"), ("trials", "1000001")), HttpStatusCode.UnprocessableEntity, "too_many_rows");
    }

    private static async Task<JsonElement> MatchAsync(HttpClient client, byte[][] images, params (string Name, string Value)[] fields)
    {
        HttpResponseMessage response = await PostAsync(client, images, fields);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, byte[][] images, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new StringContent("0"), "seed" } };
        if (fields.Any(field => field.Name == "seed"))
            form = [];
        foreach (byte[] image in images)
            form.Add(new ByteArrayContent(image), "images", "a.png");
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        return client.PostAsync("/match", form, Cancellation);
    }
}
