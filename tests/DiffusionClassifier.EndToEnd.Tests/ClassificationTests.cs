using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class ClassificationTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("airplane")]
    [InlineData("automobile")]
    [InlineData("deer")]
    [InlineData("horse")]
    [InlineData("ship")]
    public async Task A_sample_picture_is_recognised(string label)
    {
        JsonElement answer = await ClassifyAsync($"{label}.png", ("trials", "32"));

        Assert.Equal(label, answer.GetProperty("prediction").GetString());
        Assert.Equal(10 * 32, answer.GetProperty("cost").GetProperty("rows").GetInt32());
        Assert.Equal(1, answer.GetProperty("labels").EnumerateArray().Sum(item => item.GetProperty("posterior").GetDouble()), precision: 9);
    }

    [Theory]
    [InlineData("""["green triangle","green circle","yellow triangle","red square"]""", "green triangle")] // a pair that no training picture showed
    [InlineData("""["a small object","a large object"]""", "a large object")]
    public async Task Labels_in_free_text_are_answered_by_the_model_of_free_text_and_the_answer_says_so(string labels, string expected)
    {
        JsonElement answer = await ClassifyAsync("green-triangle.png", ("labels", labels));

        Assert.Equal((expected, "scenes"), (answer.GetProperty("prediction").GetString(), answer.GetProperty("model").GetString()));
        Assert.Contains("'scenes'", answer.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_picture_and_four_captions_of_the_same_words_find_the_true_one()
    {
        string[] captions = ["a red circle left of a blue square", "a blue circle left of a red square", "a blue square left of a red circle", "a red circle right of a blue square"];

        JsonElement answer = await ClassifyAsync("red-circle-blue-square.png", ("labels", JsonSerializer.Serialize(captions)), ("template", "{label}"), ("strategy", "fixed"));

        Assert.Equal(captions[0], answer.GetProperty("prediction").GetString());
    }

    [Fact]
    public async Task A_race_finds_what_all_trials_find_for_fewer_rows()
    {
        JsonElement all = await ClassifyAsync("ship.png", ("trials", "128"));
        JsonElement race = await ClassifyAsync("ship.png", ("trials", "128"), ("strategy", "race"), ("confidence", "0.99"));

        Assert.Equal(all.GetProperty("prediction").GetString(), race.GetProperty("prediction").GetString());
        Assert.Equal(0.01, race.GetProperty("decision").GetProperty("delta").GetDouble());
        Assert.InRange(race.GetProperty("cost").GetProperty("rows").GetInt32(), 80, 640); // ten labels × the first look … half of all
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_answer_and_another_seed_another()
    {
        JsonElement first = await ClassifyAsync("ship.png", ("trials", "8"), ("seed", "5"));
        JsonElement again = await ClassifyAsync("ship.png", ("trials", "8"), ("seed", "5"));
        JsonElement other = await ClassifyAsync("ship.png", ("trials", "8"), ("seed", "6"));

        Assert.Equal(MeanErrors(first), MeanErrors(again));
        Assert.NotEqual(MeanErrors(first), MeanErrors(other));
    }

    [Fact]
    public async Task Concurrent_requests_share_batches_and_get_the_answers_they_get_alone()
    {
        string[] seeds = ["1", "2", "3", "4", "5", "6"];
        List<double[]> alone = [];
        foreach (string seed in seeds)
            alone.Add(MeanErrors(await ClassifyAsync("horse.png", ("trials", "7"), ("seed", seed), ("labels", """["horse","deer","cat"]"""))));

        JsonElement[] together = await Task.WhenAll(seeds.Select(seed =>
            ClassifyAsync("horse.png", ("trials", "7"), ("seed", seed), ("labels", """["horse","deer","cat"]"""))));

        foreach ((double[] expected, JsonElement actual) in alone.Zip(together))
            Assert.Equal(expected, MeanErrors(actual), (a, b) => Math.Abs(a - b) <= 1e-6); // the same within rounding: other batch sizes, other kernels
    }

    [Fact]
    public async Task The_command_that_the_server_prints_works()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed.");
        string command = fixture.Service.Output.Split('\n').Last(line => line.Contains("curl", StringComparison.Ordinal)).Trim();

        (int exitCode, string output) = await Shell.RunAsync(command, Cancellation);

        Assert.Equal(0, exitCode);
        Assert.Equal("ship", JsonDocument.Parse(output).RootElement.GetProperty("prediction").GetString());
        Assert.Contains($"Open {fixture.Service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)} in a browser", await fixture.Service.LineAsync("Ready."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_is_a_client_error_and_the_server_lives_on()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify");
        request.Content = new StringContent("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nabc");
        request.Content.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };

        HttpResponseMessage response = await fixture.Service.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("ready", await fixture.Service.Client.GetFromJsonAsync<string>("/health/ready", Cancellation));
    }

    [Fact]
    public async Task A_client_that_goes_away_stops_costing_rows()
    {
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> endless = fixture.Service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "100000")), leaving.Token);
        await Task.WhenAny(endless, Task.Delay(TimeSpan.FromSeconds(1), Cancellation)); // 1,000,000 rows: it outlasts every timeout here
        Task<JsonElement> behind = ClassifyAsync("ship.png", ("trials", "4"));

        await leaving.CancelAsync();
        JsonElement answer = await behind;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        Assert.Equal("ship", answer.GetProperty("prediction").GetString());
    }

    private async Task<JsonElement> ClassifyAsync(string sample, params (string, string)[] fields)
    {
        HttpResponseMessage response = await fixture.Service.Client.PostAsync("/classify", ServiceProcess.Form(sample, fields), Cancellation);
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    // In the order of the label, which does not depend on the scores.
    private static double[] MeanErrors(JsonElement answer) =>
        [.. answer.GetProperty("labels").EnumerateArray().OrderBy(item => item.GetProperty("label").GetString()).Select(item => item.GetProperty("meanError").GetDouble())];
}
