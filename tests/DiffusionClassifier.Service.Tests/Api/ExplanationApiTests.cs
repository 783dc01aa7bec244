using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>Answers that say where in the image they come from, over HTTP.</summary>
public sealed class ExplanationApiTests(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("true")]
    [InlineData("runnerUp")]
    [InlineData("class 2")]
    public async Task A_form_asks_for_one(string explain)
    {
        using HttpClient client = service.CreateClient();
        MultipartFormDataContent form = TestService.Form();
        form.Add(new StringContent(explain), "explain");

        JsonElement answer = await ReadAsync(await client.PostAsync("/classify", form, Cancellation));

        Check(answer.GetProperty("explanation"));
    }

    [Fact]
    public async Task Json_asks_for_one_by_true_and_false_is_as_if_it_were_not_there()
    {
        using HttpClient client = service.CreateClient();

        JsonElement with = await ReadAsync(await client.PostAsJsonAsync("/classify", new { image = "AQ==", explain = true }, Cancellation));
        JsonElement without = await ReadAsync(await client.PostAsJsonAsync("/classify", new { image = "AQ==", explain = false }, Cancellation));

        Check(with.GetProperty("explanation"));
        Assert.Equal(JsonValueKind.Null, without.GetProperty("explanation").ValueKind);
    }

    [Fact]
    public async Task What_is_no_label_is_refused_by_name()
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsJsonAsync("/classify", new { image = "AQ==", explain = "zebra" }, Cancellation);

        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((HttpStatusCode.BadRequest, "explain"), (response.StatusCode, problem.GetProperty("field").GetString()));
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static void Check(JsonElement explanation)
    {
        int places = explanation.GetProperty("width").GetInt32() * explanation.GetProperty("height").GetInt32();
        Assert.Equal(places, explanation.GetProperty("values").GetArrayLength());
        Assert.Equal(places, explanation.GetProperty("standardErrors").GetArrayLength());
        Assert.NotEmpty(Convert.FromBase64String(explanation.GetProperty("overlay").GetString()!));
        Assert.NotEqual(explanation.GetProperty("label").GetString(), explanation.GetProperty("against").GetString());
    }
}
