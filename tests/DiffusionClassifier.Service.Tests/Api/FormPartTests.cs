using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Service.Tests.Api.BadInput;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>A form's field says what its part is: clients differ in which parts they give a filename.</summary>
public sealed class FormPartTests(StrictService service) : IClassFixture<StrictService>
{
    [Theory]
    [InlineData("")]
    [InlineData("; filename=\"\"")]
    [InlineData("; filename=\"photo.png\"")]
    [InlineData("; filename*=UTF-8''photo.png")]
    public async Task An_image_is_read_with_a_filename_and_without(string filename)
    {
        JsonElement answer = await service.AcceptAsync("/classify", Form(("image", filename, "image/png", StrictService.Picture), ("model", "", "", "tiny"u8.ToArray())));

        Assert.Equal("tiny", answer.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain")]
    public async Task An_image_without_a_filename_is_read_whatever_type_its_part_has(string type) =>
        await service.AcceptAsync("/classify", Form(("image", "", type, StrictService.Picture)));

    [Fact]
    public async Task Images_to_match_need_no_filename() =>
        await service.AcceptAsync("/match", Form(("images", "", "image/png", StrictService.Picture), ("images", "; filename=\"\"", "", StrictService.Picture), ("captions", "", "", "class 1"u8.ToArray())));

    [Theory]
    [InlineData("[\"class 1\", \"class 3\"]")]
    [InlineData("\r\n  [\r\n  \"class 1\", {\"label\": \"class 3\"}\r\n]\r\n")]
    public async Task Labels_that_come_as_a_blob_of_JSON_are_read(string json)
    {
        JsonElement answer = await service.AcceptAsync("/classify", Form(
            ("image", "; filename=\"a.png\"", "image/png", StrictService.Picture),
            ("labels", "; filename=\"blob\"", "application/json", Encoding.UTF8.GetBytes(json)),
            ("trials", "; filename=\"blob\"", "application/json", "3"u8.ToArray()),
            ("model", "", "application/json", "\"tiny\""u8.ToArray()),
            ("deadlineMs", "", "application/json", "null"u8.ToArray())));

        Assert.Equal(["class 1", "class 3"], answer.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("label").GetString()).Order());
        Assert.Equal(3, answer.GetProperty("decision").GetProperty("maxTrials").GetInt32());
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("фото.jpg\n")]
    public async Task The_name_of_a_file_in_its_place_is_told_how_to_send_the_file(string text) =>
        await service.RefuseAsync("/classify", Form(("image", "", "", Encoding.UTF8.GetBytes(text))), 400, "missing_image", "curl -F image=@photo.jpg");

    [Fact]
    public async Task A_long_text_in_place_of_an_image_is_told_so_too() => // base64, whose beginning may end within a letter
        await service.RefuseAsync("/classify", Form(("image", "", "", Encoding.UTF8.GetBytes("a" + new string('é', 5000)))), 400, "missing_image", "holds text");

    [Fact]
    public async Task A_file_that_has_a_name_and_is_no_image_is_what_it_was_before() =>
        await service.RefuseAsync("/classify", Form(("image", "; filename=\"notes.txt\"", "text/plain", "photo"u8.ToArray())), 415, "unsupported_image_format", "JPEG, PNG or WebP");

    private static ByteArrayContent Form(params (string Name, string Filename, string Type, byte[] Bytes)[] parts)
    {
        using MemoryStream body = new();
        foreach ((string name, string filename, string type, byte[] bytes) in parts)
        {
            body.Write(Encoding.UTF8.GetBytes($"--case\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n{(type.Length > 0 ? $"Content-Type: {type}\r\n" : "")}\r\n"));
            body.Write(bytes);
            body.Write("\r\n"u8);
        }

        body.Write("--case--\r\n"u8);
        return new ByteArrayContent(body.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=case") } };
    }
}
