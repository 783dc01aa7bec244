using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests.Api;

public sealed class ModelsApiTests(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_says_what_a_request_can_name()
    {
        using HttpClient client = service.CreateClient();

        JsonElement list = await client.GetFromJsonAsync<JsonElement>("/models", Cancellation);

        JsonElement model = Assert.Single(list.GetProperty("models").EnumerateArray());
        Assert.Equal("tiny", model.GetProperty("id").GetString());
        Assert.Equal("class", model.GetProperty("conditioning").GetString());
        Assert.Equal(5, model.GetProperty("labels").GetArrayLength());
        Assert.True(model.GetProperty("isDefault").GetBoolean());
    }

    [Fact]
    public async Task One_model_is_described_as_in_the_list()
    {
        using HttpClient client = service.CreateClient();

        JsonElement list = await client.GetFromJsonAsync<JsonElement>("/models", Cancellation);
        JsonElement model = await client.GetFromJsonAsync<JsonElement>("/models/tiny", Cancellation);

        Assert.Equal(list.GetProperty("models")[0].GetRawText(), model.GetRawText());
    }
}
