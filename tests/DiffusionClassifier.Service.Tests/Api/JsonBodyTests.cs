using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests.Api;

public sealed class JsonBodyTests(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"image":"AQ==","labels":["class 3","class 1"],"trials":3,"seed":5,"priors":[1,3]}""")]
    [InlineData("""{"image":"data:image/png;base64,AQ==","labels":[{"label":"class 3"},"class 1"],"trials":"3","seed":5,"priors":[1,3],"loss":null}""")]
    public async Task A_JSON_body_gets_the_answer_of_the_same_form(string json)
    {
        using HttpClient client = service.CreateClient();
        HttpResponseMessage form = await client.PostAsync("/classify", TestService.Form(("labels", """["class 3","class 1"]"""), ("trials", "3"), ("seed", "5"), ("priors", "1"), ("priors", "3")), Cancellation);

        HttpResponseMessage response = await client.PostAsync("/classify", new StringContent(json, Encoding.UTF8, "application/json"), Cancellation);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(
            (await form.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("labels").GetRawText(),
            (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("labels").GetRawText());
    }

    [Theory]
    [InlineData("""{"image":"AQ==" """, "invalid_request", "not JSON")]
    [InlineData("[1]", "invalid_request", "JSON object")]
    [InlineData("", "invalid_request", "not JSON")]
    [InlineData("{}", "missing_image", "missing")]
    [InlineData("""{"image":"not base64!"}""", "invalid_request", "base64")]
    [InlineData("""{"image":5}""", "invalid_request", "base64")]
    [InlineData("""{"image":["AQ==","AQ=="]}""", "invalid_request", "2 images")]
    [InlineData("""{"image":"AQ==","trials":"many"}""", "invalid_request", "whole number")]
    [InlineData("""{"image":"AQ==","trials":1.5}""", "invalid_request", "whole number")]
    [InlineData("""{"image":"AQ==","trials":{"a":1}}""", "invalid_request", "not an object")]
    [InlineData("""{"image":"AQ==","labels":{"label":"class 1"}}""", "invalid_request", "labels must be a value or an array")]
    [InlineData("""{"image":"AQ==","trials":1,"trials":2}""", "invalid_request", "sent twice")]
    [InlineData("""{"image":"AQ==","labels":[{"name":"class 1"}]}""", "invalid_request", "objects like")]
    [InlineData("""{"image":"AQ==","labels":[{"label":"class 1","prompts":["a"]}]}""", "invalid_request", "takes no prompts")]
    [InlineData("""{"image":"AQ==","labels":["\ud800"]}""", "invalid_request", "labels must be")]
    [InlineData("""{"image":"AQ==","label":["class 1"]}""", "unknown_field", "Did you mean 'labels'?")]
    [InlineData("""{"image":"AQ==","template":["no place"]}""", "invalid_request", "takes no prompts")]
    [InlineData("""{"image":"AQ==","strategy":"staged","stageSamples":[2,8],"stageKeep":[2]}""", "invalid_request", "one of each")]
    [InlineData("""{"image":"AQ==","strategy":"staged","stageSamples":[2,8],"stageKeep":[2,2]}""", "invalid_request", "end with 1")]
    [InlineData("""{"image":"AQ==","loss":"vlb"}""", "invalid_request", "predicts its variance")]
    public async Task A_bad_JSON_body_is_a_problem_that_says_what_to_do(string json, string code, string detail)
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/classify", new StringContent(json, Encoding.UTF8, "application/json"), Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest, code);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
