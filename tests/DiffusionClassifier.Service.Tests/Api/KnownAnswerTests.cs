using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>The same request twice, to a server that keeps answers.</summary>
public sealed class KnownAnswerTests : IAsyncDisposable
{
    private readonly TestService _service = new(("Cache:MaxBytes", "1000000"));
    private readonly HttpClient _client;

    public KnownAnswerTests() => _client = _service.CreateClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task An_answer_says_that_it_was_known()
    {
        JsonElement first = await AnswerAsync("/classify", TestService.Form()), second = await AnswerAsync("/classify", TestService.Form());

        Assert.Equal((false, true), (IsCached(first), IsCached(second)));
        Assert.Equal(0, second.GetProperty("cost").GetProperty("rows").GetInt32());
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal(first.GetProperty("labels").GetRawText(), second.GetProperty("labels").GetRawText());
    }

    [Fact]
    public async Task A_match_says_that_it_was_known()
    {
        JsonElement first = await AnswerAsync("/match", Match()), second = await AnswerAsync("/match", Match());

        Assert.Equal((false, true), (IsCached(first), IsCached(second)));
        Assert.Equal(first.GetProperty("images").GetRawText(), second.GetProperty("images").GetRawText());

        static MultipartFormDataContent Match() => new() { { new ByteArrayContent([1]), "images", "a.png" }, { new StringContent("class 1"), "captions" } };
    }

    [Fact]
    public async Task An_event_stream_of_a_known_answer_is_one_result()
    {
        await AnswerAsync("/classify", TestService.Form());
        using ServerEvents stream = await ServerEvents.StartAsync(_client, TestService.Form());

        List<(string Name, JsonElement Answer)> events = [];
        await foreach ((string, JsonElement) item in stream.ReadAsync())
            events.Add(item);

        (string name, JsonElement answer) = Assert.Single(events);
        Assert.Equal(("result", true), (name, IsCached(answer)));
    }

    [Fact]
    public async Task Of_several_images_each_is_known_by_itself()
    {
        await AnswerAsync("/classify", TestService.Form());
        var two = new MultipartFormDataContent { { new ByteArrayContent([1]), "images", "a.png" }, { new ByteArrayContent([2]), "images", "b.png" } };

        JsonElement answers = await AnswerAsync("/classify", two);

        Assert.Equal([true, false], answers.GetProperty("images").EnumerateArray().Select(image => IsCached(image.GetProperty("answer"))));
    }

    [Fact]
    public async Task Without_room_for_answers_none_is_known()
    {
        await using var service = new TestService(("Cache:MaxBytes", "0"));
        using HttpClient client = service.CreateClient();
        await client.PostAsync("/classify", TestService.Form(), Cancellation);

        HttpResponseMessage second = await client.PostAsync("/classify", TestService.Form(), Cancellation);

        Assert.False(IsCached(await second.Content.ReadFromJsonAsync<JsonElement>(Cancellation)));
    }

    private static bool IsCached(JsonElement answer) => answer.GetProperty("cost").GetProperty("cached").GetBoolean();

    private async Task<JsonElement> AnswerAsync(string address, HttpContent body)
    {
        HttpResponseMessage response = await _client.PostAsync(address, body, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
