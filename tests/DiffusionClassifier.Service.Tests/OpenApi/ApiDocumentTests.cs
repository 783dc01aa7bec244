using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    [Theory]
    [InlineData("/classify")]
    [InlineData("/match")]
    public async Task The_example_has_the_shape_of_a_real_answer(string address)
    {
        JsonElement operation = (await DocumentAsync()).GetProperty("paths").GetProperty(address).GetProperty("post");
        JsonElement example = operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("example");
        JsonObject request = JsonNode.Parse(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText())!.AsObject();
        foreach (string texts in request.Select(field => field.Key).Intersect(["labels", "captions"]).ToArray())
            request[texts] = new JsonArray("class 1", "class 2"); // that the fake model knows
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsJsonAsync(address, request, TestContext.Current.CancellationToken);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(Paths(answer), Paths(example));
    }

    [Theory]
    [InlineData("ClassificationRequest", new[] { "image", "labels", "model", "images" }, new string[0])]
    [InlineData("MatchRequest", new[] { "images", "captions", "model" }, new[] { "images", "captions" })]
    public async Task What_most_requests_need_comes_first_and_only_what_every_request_needs_is_required(string name, string[] first, string[] required)
    {
        JsonElement schema = (await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(name);

        JsonProperty[] fields = [.. schema.GetProperty("properties").EnumerateObject()];

        Assert.Equal(first, fields.Take(first.Length).Select(field => field.Name));
        Assert.Equal(first, fields.Where(field => !field.Value.TryGetProperty("x-advanced", out _)).Select(field => field.Name));
        Assert.Equal(required, schema.TryGetProperty("required", out JsonElement names) ? names.EnumerateArray().Select(each => each.GetString()!) : []);
    }

    [Theory]
    [InlineData("/classify", "image")]
    [InlineData("/match", "images")]
    public async Task An_image_is_a_file_in_a_form_and_base64_in_JSON(string address, string field)
    {
        JsonElement document = await DocumentAsync();
        JsonElement content = document.GetProperty("paths").GetProperty(address).GetProperty("post").GetProperty("requestBody").GetProperty("content");

        JsonElement form = Resolve(document, content.GetProperty("multipart/form-data").GetProperty("schema")).GetProperty("properties");
        JsonElement json = Resolve(document, content.GetProperty("application/json").GetProperty("schema")).GetProperty("properties");

        Assert.Equal("binary", Format(form.GetProperty(field)));
        Assert.Equal("byte", Format(json.GetProperty(field)));
        Assert.Equal(form.EnumerateObject().Select(each => each.Name), json.EnumerateObject().Select(each => each.Name));
    }

    [Fact]
    public async Task Every_operation_stands_once_under_a_head_that_is_described()
    {
        JsonElement document = await DocumentAsync();

        Assert.Equal(
            ["/batches Batches", "/batches Batches", "/batches/{id} Batches", "/batches/{id} Batches", "/batches/{id}/results Batches", "/classify Classification", "/health/live Health", "/health/ready Health", "/jobs Jobs", "/jobs Jobs", "/jobs/{id} Jobs", "/jobs/{id} Jobs", "/jobs/{id}/events Jobs", "/jobs/{id}/trials Jobs", "/match Classification", "/metrics Metrics", "/models Models", "/models/{id} Models", "/models/{id}/load Models", "/models/{id}/unload Models"],
            document.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{path.Name} {operation.Value.GetProperty("tags")[0]}"))
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Classification", "Jobs", "Batches", "Models", "Health", "Metrics"],
            document.GetProperty("tags").EnumerateArray().Where(tag => tag.GetProperty("description").GetString() is { Length: > 0 }).Select(tag => tag.GetProperty("name").GetString()));
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

    private static JsonElement Resolve(JsonElement document, JsonElement schema) => schema.TryGetProperty("$ref", out JsonElement reference)
        ? document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])
        : schema;

    private static string Format(JsonElement field) => (field.TryGetProperty("items", out JsonElement items) ? items : field).GetProperty("format").GetString()!;

    private async Task<JsonElement> DocumentAsync()
    {
        using HttpClient client = service.CreateClient();
        return await client.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", TestContext.Current.CancellationToken);
    }
}
