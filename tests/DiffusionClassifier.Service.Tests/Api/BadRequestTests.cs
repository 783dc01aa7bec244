using System.Net;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Service.Tests.Api;

public sealed class BadRequestTests(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, HttpStatusCode, string, string> Fields => new()
    {
        { "labels", "", HttpStatusCode.BadRequest, "invalid_request", "empty" },
        { "labels", "   ", HttpStatusCode.BadRequest, "invalid_request", "empty" },
        { "labels", "a\u0007b", HttpStatusCode.BadRequest, "invalid_request", "control character" },
        { "labels", "clas 1", HttpStatusCode.BadRequest, "unknown_label", "Did you mean 'class 1'?" },
        { "labels", """["class 1","CLASS 1"]""", HttpStatusCode.BadRequest, "invalid_request", "twice" },
        { "labels", """["class 1",""", HttpStatusCode.BadRequest, "invalid_request", "JSON array" },
        { "labels", """["class 1", 2]""", HttpStatusCode.BadRequest, "invalid_request", "array of strings" },
        { "labels", """["class 1","\ud800"]""", HttpStatusCode.BadRequest, "invalid_request", "JSON array" },
        { "labels", new string('x', 100_000), HttpStatusCode.BadRequest, "invalid_request", "100,000 characters" },
        { "priors", "1", HttpStatusCode.BadRequest, "invalid_request", "1 priors were sent for 5 labels" },
        { "priors", "[1,1,1,1,-1]", HttpStatusCode.BadRequest, "invalid_request", "at least 0" },
        { "priors", "[0,0,0,0,0]", HttpStatusCode.BadRequest, "invalid_request", "not all may be 0" },
        { "priors", "[1,1,1,1,\"a\"]", HttpStatusCode.BadRequest, "invalid_request", "priors must be a number" },
        { "model", "nothing", HttpStatusCode.NotFound, "unknown_model", "tiny" },
        { "model", "../../etc/passwd", HttpStatusCode.NotFound, "unknown_model", "tiny" },
        { "strategy", "guess", HttpStatusCode.BadRequest, "invalid_request", "'fixed'" },
        { "strategy", "0", HttpStatusCode.BadRequest, "invalid_request", "'fixed'" },
        { "trials", "0", HttpStatusCode.BadRequest, "invalid_request", "at least 1" },
        { "trials", "-5", HttpStatusCode.BadRequest, "invalid_request", "at least 1" },
        { "trials", "1.5", HttpStatusCode.BadRequest, "invalid_request", "whole number" },
        { "trials", "many", HttpStatusCode.BadRequest, "invalid_request", "'many'" },
        { "trials", "99999999999", HttpStatusCode.BadRequest, "invalid_request", "whole number" },
        { "trials", "200001", HttpStatusCode.UnprocessableEntity, "too_many_rows", "1,000,005 rows" },
        { "loss", "l3", HttpStatusCode.BadRequest, "invalid_request", "one of 'l2', 'l1', 'huber'" },
        { "seed", "-1", HttpStatusCode.BadRequest, "invalid_request", "at least 0" },
        { "seed", "9007199254740992", HttpStatusCode.BadRequest, "invalid_request", "9007199254740991" },
        { "temperature", "0", HttpStatusCode.BadRequest, "invalid_request", "temperature is 0" },
        { "temperature", "-1", HttpStatusCode.BadRequest, "invalid_request", "temperature is -1" },
        { "temperature", "NaN", HttpStatusCode.BadRequest, "invalid_request", "a number" },
        { "temperature", "1e999", HttpStatusCode.BadRequest, "invalid_request", "a number" },
        { "temperature", "1e-300", HttpStatusCode.BadRequest, "invalid_request", "temperature is 1E-300" },
        { "posterior", "sharp", HttpStatusCode.BadRequest, "invalid_request", "'paper'" },
        { "posterior", "fitted", HttpStatusCode.BadRequest, "invalid_request", "no fitted posterior" },
        { "posterior", "temperature", HttpStatusCode.BadRequest, "invalid_request", "needs the field temperature" },
        { "imageMode", "raw", HttpStatusCode.BadRequest, "invalid_request", "'reference'" },
        { "trial", "5", HttpStatusCode.BadRequest, "unknown_field", "Did you mean 'trials'?" },
        { "LABELS", "class 1", HttpStatusCode.BadRequest, "unknown_field", "Did you mean 'labels'?" },
        { "completely-else", "1", HttpStatusCode.BadRequest, "unknown_field", "The fields are: image, images, labels" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_wrong_field_is_a_problem_that_says_what_to_do(string name, string value, HttpStatusCode status, string code, string detail)
    {
        using HttpClient client = service.CreateClient();
        await client.PostAsync("/classify", TestService.Form(), Cancellation); // answered when the model is warm: no batch of the warm-up is counted
        int before = service.Model.Batches;

        await PostAsync(TestService.Form((name, value)), status, code, detail);

        Assert.Equal(before, service.Model.Batches); // nothing reached the device
    }

    [Fact]
    public Task A_number_sent_twice_is_refused() =>
        PostAsync(TestService.Form(("trials", "1"), ("trials", "2")), HttpStatusCode.BadRequest, "invalid_request", "trials was sent 2 times");

    [Fact]
    public Task More_labels_than_the_limit_are_refused() =>
        PostAsync(TestService.Form(("labels", JsonSerializer.Serialize(Enumerable.Range(0, 10_001).Select(i => $"{i}")))), HttpStatusCode.BadRequest, "invalid_request", "10,001 labels");

    [Fact]
    public Task More_labels_than_the_limit_are_refused_as_repeated_fields_too() =>
        PostAsync(TestService.Form([.. Enumerable.Range(0, 10_001).Select(i => ("labels", $"{i}"))]), HttpStatusCode.BadRequest, "invalid_request", "10,001 labels");

    [Fact]
    public Task A_form_without_an_image_says_how_to_send_one() =>
        PostAsync(new MultipartFormDataContent { { new StringContent("class 1"), "labels" } }, HttpStatusCode.BadRequest, "missing_image", "curl -F image=@photo.jpg");

    [Fact]
    public Task An_image_sent_as_text_says_how_to_send_a_file() =>
        PostAsync(new MultipartFormDataContent { { new StringContent("photo.jpg"), "image" } }, HttpStatusCode.BadRequest, "missing_image", "holds text");

    [Fact]
    public Task Two_images_are_refused()
    {
        MultipartFormDataContent form = TestService.Form();
        form.Add(new ByteArrayContent([2]), "image", "b.png");

        return PostAsync(form, HttpStatusCode.BadRequest, "invalid_request", "2 images");
    }

    [Fact]
    public Task A_picture_in_a_text_field_is_refused()
    {
        MultipartFormDataContent form = TestService.Form();
        form.Add(new ByteArrayContent([0x89, (byte)'P', (byte)'N', (byte)'G']), "labels", "photo.png");

        return PostAsync(form, HttpStatusCode.BadRequest, "invalid_request", "labels is not UTF-8. Send it as text.");
    }

    [Fact]
    public Task A_file_that_is_no_image_is_refused_before_it_is_decoded() =>
        PostAsync(Image(FakeImagePreprocessor.BadHeader), HttpStatusCode.UnsupportedMediaType, "unsupported_image_format", "not an image");

    [Fact]
    public Task A_damaged_image_is_refused() =>
        PostAsync(Image(FakeImagePreprocessor.BadPixels), HttpStatusCode.BadRequest, "invalid_image", "damaged");

    [Fact]
    public async Task What_is_wrong_with_an_image_names_its_field()
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/classify", Image(FakeImagePreprocessor.BadHeader), Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported_image_format");
        Assert.Equal("image", problem.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("image/png")]
    [InlineData("application/x-www-form-urlencoded")]
    public Task Another_content_type_is_refused_with_the_right_one(string type) =>
        PostAsync(new StringContent("labels=a", Encoding.UTF8, type), HttpStatusCode.UnsupportedMediaType, "unsupported_content_type", "multipart/form-data");

    [Fact]
    public Task A_form_without_a_boundary_is_refused() =>
        PostAsync(new StringContent("x", Encoding.UTF8, "multipart/form-data"), HttpStatusCode.BadRequest, "invalid_request", "form cannot be read");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("multipart/form-data; boundary=é")]
    public async Task A_request_whose_content_type_cannot_be_read_is_refused_with_the_right_one(string? type)
    {
        var content = new ByteArrayContent([]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        await PostAsync(content, HttpStatusCode.UnsupportedMediaType, "unsupported_content_type", "multipart/form-data");
    }

    [Fact]
    public Task A_field_in_a_charset_that_cannot_be_read_is_refused()
    {
        MultipartFormDataContent form = TestService.Form();
        form.Add(new StringContent("1") { Headers = { ContentType = new("text/plain") { CharSet = "utf-7" } } }, "trials");

        return PostAsync(form, HttpStatusCode.BadRequest, "invalid_request", "form cannot be read");
    }

    [Theory]
    [InlineData("/models/nothing", HttpStatusCode.NotFound, "unknown_model")]
    [InlineData("/nothing", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/classify", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task A_problem_is_JSON_for_a_client_that_asks_for_something_else_too(string path, HttpStatusCode status, string code)
    {
        using HttpClient client = service.CreateClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html, image/png");

        HttpResponseMessage response = await client.GetAsync(path, Cancellation);

        await Problem.ReadAsync(response, status, code);
    }

    private static MultipartFormDataContent Image(byte[] bytes) => new() { { new ByteArrayContent(bytes), "image", "a.png" } };

    private async Task PostAsync(HttpContent content, HttpStatusCode status, string code, string detail)
    {
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/classify", content, Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, status, code);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
