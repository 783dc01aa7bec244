using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests.OpenApi;

public sealed class ApiDocumentTests(TestService service) : IClassFixture<TestService>
{
    [Fact]
    public async Task Every_field_of_every_schema_is_described()
    {
        JsonElement document = await DocumentAsync();

        foreach (JsonProperty schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            Assert.True(schema.Value.TryGetProperty("description", out _), schema.Name);
            if (!schema.Value.TryGetProperty("properties", out JsonElement properties))
                continue;
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                Assert.True(property.Value.TryGetProperty("description", out JsonElement description), $"{schema.Name}.{property.Name}");
                Assert.DoesNotContain("{Max", description.GetString(), StringComparison.Ordinal); // every limit is filled in
            }
        }
    }

    [Fact]
    public async Task Every_operation_and_error_is_described()
    {
        JsonElement document = await DocumentAsync();

        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                foreach (JsonProperty response in operation.Value.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] != '2'))
                    Assert.Contains("Codes: ", response.Value.GetProperty("description").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Descriptions_break_between_paragraphs_only()
    {
        JsonElement document = await DocumentAsync();

        string[] descriptions = [.. Descriptions(document)];

        Assert.Contains(descriptions, text => text.Contains("\n\n", StringComparison.Ordinal));
        Assert.All(descriptions, text => Assert.DoesNotMatch(@"^\s|\s$|(?<!\n)\n(?!\n)|\n[ \n]{2}", text));
    }

    [Theory]
    [InlineData("/classify", typeof(ClassificationRequest))]
    [InlineData("/match", typeof(MatchRequest))]
    public async Task Each_property_of_a_request_is_a_field_that_is_documented_and_read(string address, Type request)
    {
        JsonElement document = await DocumentAsync();
        JsonElement schema = document.GetProperty("components").GetProperty("schemas").GetProperty(request.Name).GetProperty("properties");
        string[] fields = [.. request.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];
        using HttpClient client = service.CreateClient();

        Assert.Equal(fields.Order(), schema.EnumerateObject().Select(property => property.Name).Order());
        foreach (string field in fields)
        {
            HttpResponseMessage response = await client.PostAsJsonAsync(address, new Dictionary<string, object> { [field] = "no such value" }, TestContext.Current.CancellationToken);

            string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("unknown_field", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_example_has_the_shape_of_a_real_answer()
    {
        JsonElement document = await DocumentAsync();
        JsonElement example = document.GetProperty("paths").GetProperty("/classify").GetProperty("post").GetProperty("responses").GetProperty("200")
            .GetProperty("content").GetProperty("application/json").GetProperty("example");
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/classify", TestService.Form(), TestContext.Current.CancellationToken);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(Paths(answer), Paths(example));
    }

    private static IEnumerable<string> Descriptions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property is { Name: "description", Value.ValueKind: JsonValueKind.String }
            ? [property.Value.GetString()!]
            : Descriptions(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Descriptions),
        _ => [],
    };

    private static SortedSet<string> Paths(JsonElement element, string prefix = "") => element.ValueKind switch
    {
        JsonValueKind.Object => [.. element.EnumerateObject().SelectMany(property => Paths(property.Value, $"{prefix}.{property.Name}").Append($"{prefix}.{property.Name}"))],
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(item => Paths(item, prefix + "[]"))],
        _ => [],
    };

    private async Task<JsonElement> DocumentAsync()
    {
        using HttpClient client = service.CreateClient();
        return await client.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", TestContext.Current.CancellationToken);
    }
}
