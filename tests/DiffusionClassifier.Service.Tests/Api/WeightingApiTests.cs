using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>A calibrated model over HTTP: the weighting, the β that goes with it, and what the answer says of both.</summary>
public sealed class WeightingApiTests : IDisposable
{
    private readonly TestService _service = new()
    {
        Model = new FakeDiffusionModel(Manifests.Classes("tiny") with
        {
            FittedBetas = new Dictionary<PredictionLoss, double> { [PredictionLoss.L2] = 40 },
            FittedWeightings = new Dictionary<PredictionLoss, FittedWeighting> { [PredictionLoss.L2] = new(new TimestepWeights([100, 899], [1, 3]), 70) },
            CalibratedTrials = new Dictionary<PredictionLoss, int> { [PredictionLoss.L2] = 128 },
        }, 8),
    };

    private readonly HttpClient _client;

    public WeightingApiTests() => _client = _service.CreateClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "fitted", "fitted", 70, true)]
    [InlineData("fitted", "fitted", "fitted", 70, true)]
    [InlineData("uniform", "uniform", "fitted", 40, true)]
    [InlineData("clark-jaini", "clark-jaini", "paper", 48, false)]
    [InlineData("vlb", "vlb", "paper", 48, false)]
    public async Task The_answer_says_which_weighting_and_which_beta(string sent, string weighting, string preset, double beta, bool calibrated)
    {
        JsonElement answer = await SendAsync("/classify", TestService.Form(("weighting", sent), ("trials", "32")));

        Assert.Equal(weighting, answer.GetProperty("weighting").GetString());
        JsonElement posterior = answer.GetProperty("posterior");
        Assert.Equal((preset, beta, calibrated), (posterior.GetProperty("preset").GetString(), posterior.GetProperty("beta").GetDouble(), posterior.GetProperty("calibrated").GetBoolean()));
        Assert.Equal(weighting == "uniform", answer.GetProperty("labels")[0].GetProperty("elbo").ValueKind == JsonValueKind.Number);
        Assert.DoesNotContain("calibrated on means over", answer.GetProperty("warnings").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Captions_are_weighted_too()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "images", "a.png" }, { new StringContent("class 1"), "captions" }, { new StringContent("vlb"), "weighting" } };

        JsonElement answer = await SendAsync("/match", form);

        Assert.Equal("vlb", answer.GetProperty("weighting").GetString());
    }

    [Fact]
    public async Task A_JSON_body_has_the_field_too()
    {
        JsonElement answer = await SendAsync("/classify", JsonContent.Create(new { image = "AQ==", weighting = "vlb" }));

        Assert.Equal("vlb", answer.GetProperty("weighting").GetString());
    }

    [Fact]
    public async Task Far_fewer_trials_than_calibrated_with_are_warned_of()
    {
        JsonElement answer = await SendAsync("/classify", TestService.Form(("trials", "31")));

        Assert.Contains("calibrated on means over 128 trials, and 31 are fewer", answer.GetProperty("warnings").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fitted_posterior_of_other_weights_is_refused()
    {
        HttpResponseMessage response = await _client.PostAsync("/classify", TestService.Form(("weighting", "vlb"), ("posterior", "fitted")), Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Contains("no fitted posterior for this loss and weighting", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_models_says_what_was_fitted()
    {
        JsonElement model = await _client.GetFromJsonAsync<JsonElement>("/models/tiny", Cancellation);

        Assert.Equal("l2", Assert.Single(model.GetProperty("calibrated").EnumerateArray()).GetString());
        Assert.Equal("l2", Assert.Single(model.GetProperty("fittedWeights").EnumerateArray()).GetString());
    }

    public void Dispose()
    {
        _client.Dispose();
        _service.Dispose();
    }

    private async Task<JsonElement> SendAsync(string path, HttpContent content)
    {
        HttpResponseMessage response = await _client.PostAsync(path, content, Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
