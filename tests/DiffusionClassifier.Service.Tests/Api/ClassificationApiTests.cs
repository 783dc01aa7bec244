using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Service.Tests.Api;

public sealed class ClassificationApiTests : IDisposable
{
    private readonly TestService _service = new();
    private readonly HttpClient _client;

    public ClassificationApiTests() => _client = _service.CreateClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_class_conditional_model_needs_no_labels()
    {
        JsonElement answer = await ClassifyAsync();

        Assert.Equal(["class 0", "class 1", "class 2", "class 3", "class 4"], Labels(answer).Order());
        Assert.Equal("tiny", answer.GetProperty("model").GetString());
        Assert.Equal(answer.GetProperty("labels")[0].GetProperty("label").GetString(), answer.GetProperty("prediction").GetString());
    }

    [Fact]
    public async Task Labels_come_as_repeated_fields_or_as_one_JSON_array()
    {
        JsonElement repeated = await ClassifyAsync(("labels", "class 3"), ("labels", "class 1"));
        JsonElement array = await ClassifyAsync(("labels", """["class 3", "class 1"]"""));

        Assert.Equal(["class 1", "class 3"], Labels(repeated).Order());
        Assert.Equal(Labels(repeated), Labels(array));
    }

    [Fact]
    public async Task Every_field_has_its_effect()
    {
        JsonElement answer = await ClassifyAsync(
            ("labels", """["class 0","class 1"]"""), ("priors", "[3, 1]"), ("model", "TINY"), ("strategy", "fixed"), ("trials", "3"), ("loss", "l1"),
            ("seed", "9007199254740991"), ("temperature", "0.5"), ("posterior", "paper"), ("imageMode", "reference"));

        JsonElement first = answer.GetProperty("labels").EnumerateArray().Single(item => item.GetProperty("label").GetString() == "class 0");
        Assert.Equal(0.75, first.GetProperty("prior").GetDouble());
        Assert.Equal(3, first.GetProperty("evaluations").GetInt32());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("elbo").ValueKind); // l1 is no ELBO
        Assert.Equal("l1", answer.GetProperty("loss").GetString());
        Assert.Equal(9007199254740991, answer.GetProperty("seed").GetInt64());
        Assert.Equal("reference", answer.GetProperty("imageMode").GetString());
        Assert.Equal("temperature", answer.GetProperty("posterior").GetProperty("preset").GetString());
        Assert.Equal(2, answer.GetProperty("posterior").GetProperty("beta").GetDouble());
        Assert.Equal("fixed", answer.GetProperty("decision").GetProperty("strategy").GetString());
    }

    [Theory]
    [InlineData("race")]
    [InlineData("race-anytime")]
    public async Task A_race_says_what_it_promises_and_who_is_left(string strategy)
    {
        JsonElement answer = await ClassifyAsync(("strategy", strategy), ("confidence", "0.9"), ("topK", "2"), ("trials", "64"));

        JsonElement decision = answer.GetProperty("decision");
        Assert.Equal((strategy, 0.1), (decision.GetProperty("strategy").GetString(), decision.GetProperty("delta").GetDouble()));
        Assert.True(answer.GetProperty("labels").EnumerateArray().Count(label => label.GetProperty("eliminatedAt").ValueKind == JsonValueKind.Null) >= 2);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("clark-jaini")]
    public async Task A_strategy_without_a_guarantee_promises_nothing(string strategy)
    {
        JsonElement answer = await ClassifyAsync(("strategy", strategy), ("trials", "64"));

        Assert.Equal(strategy, answer.GetProperty("decision").GetProperty("strategy").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("decision").GetProperty("delta").ValueKind);
    }

    [Fact]
    public async Task Fields_left_empty_in_a_form_are_fields_not_given()
    {
        JsonElement answer = await ClassifyAsync(("model", ""), ("trials", ""), ("temperature", ""), ("loss", ""), ("posterior", ""));

        Assert.Equal(8, answer.GetProperty("decision").GetProperty("maxTrials").GetInt32());
    }

    [Fact]
    public async Task A_model_that_fails_is_a_500_that_says_no_more_than_the_caller_needs()
    {
        await ClassifyAsync(); // answered when the model is warm: the warm-up is not what fails
        _service.Model.BeforePredict = _ => throw new InvalidOperationException("secret of the device");

        HttpResponseMessage response = await _client.PostAsync("/classify", TestService.Form(), Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.InternalServerError, "model_failure");
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_a_500_without_details()
    {
        _service.Images.BeforeLoad = () => throw new InvalidOperationException("secret of the server");

        HttpResponseMessage response = await _client.PostAsync("/classify", TestService.Form(), Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.InternalServerError, "internal_error");
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_server_says_when_to_come_back()
    {
        await using var full = new TestService(("Engine:MaxActiveRequests", "0"));
        using HttpClient client = full.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/classify", TestService.Form(("trials", "3")), Cancellation);

        await Problem.ReadAsync(response, HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound, "not_found")]
    [InlineData("GET", "/classify", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("GET", "/models/nothing", HttpStatusCode.NotFound, "unknown_model")]
    [InlineData("GET", "/models/..%2f..%2fetc", HttpStatusCode.NotFound, "unknown_model")]
    public async Task Addresses_that_are_not_there_are_problems_too(string method, string path, HttpStatusCode status, string code)
    {
        HttpResponseMessage response = await _client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancellation);

        await Problem.ReadAsync(response, status, code);
    }

    [Fact]
    public void Every_error_has_a_status_and_a_title()
    {
        foreach (ClassificationError error in Enum.GetValues<ClassificationError>())
        {
            var problem = Service.Api.Errors.Problems.From(new ClassificationException(error, "what to do"));

            Assert.InRange(problem.Status!.Value, 400, 599);
            Assert.NotEqual("Error", problem.Title);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _service.Dispose();
    }

    private static string[] Labels(JsonElement answer) =>
        [.. answer.GetProperty("labels").EnumerateArray().Select(item => item.GetProperty("label").GetString()!)];

    private async Task<JsonElement> ClassifyAsync(params (string, string)[] fields)
    {
        HttpResponseMessage response = await _client.PostAsync("/classify", TestService.Form(fields), Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
