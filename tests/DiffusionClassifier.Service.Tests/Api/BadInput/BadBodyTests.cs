using System.Text;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Service.Tests.Api.BadInput;

/// <summary>Bodies that are damaged as a whole, byte for byte as a client may send them.</summary>
public sealed class BadBodyTests(StrictService service) : IClassFixture<StrictService>
{
    private const string Multipart = "multipart/form-data; boundary=xx";
    private const string Part = "--xx\r\nContent-Disposition: form-data; name=\"trials\"\r\n\r\n1\r\n";

    private static readonly string Picture = Convert.ToBase64String(StrictService.Picture);

    public static TheoryData<string, string, int, string, string> Forms => new()
    {
        { Multipart, "", 400, "invalid_request", "ends before it is complete" },
        { Multipart, "--xx", 400, "invalid_request", "ends before it is complete" },
        { Multipart, "--xx--\r\n", 400, "missing_image", "curl -F image=@photo.jpg" },
        { Multipart, Part, 400, "invalid_request", "ends before it is complete" },
        { Multipart, Part[..^3], 400, "invalid_request", "ends before it is complete" },
        { Multipart, Part[..20], 400, "invalid_request", "headers of a part are damaged" },
        { "multipart/form-data; boundary=yy", Part + "--xx--\r\n", 400, "invalid_request", "boundary is not the one" },
        { "multipart/form-data", Part + "--xx--\r\n", 400, "invalid_request", "names no boundary" },
        { "multipart/form-data; boundary=", Part + "--xx--\r\n", 400, "invalid_request", "names no boundary" },
        { "multipart/form-data; boundary=\"\"", Part + "--xx--\r\n", 400, "invalid_request", "names no boundary" },
        { $"multipart/form-data; boundary={new string('x', 129)}", Part + "--xx--\r\n", 400, "invalid_request", "more than 128 characters" },
        { Multipart, "--xx\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xx--\r\n", 400, "invalid_request", "names its field" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--xx--\r\n", 400, "invalid_request", "names its field" },
        { Multipart, "--xx\r\nX: y\r\n\r\n1\r\n--xx--\r\n", 400, "invalid_request", "names its field" },
        { Multipart, "--xx\r\nno header\r\n\r\n1\r\n--xx--\r\n", 400, "invalid_request", "form cannot be read" },
        { Multipart, $"--xx\r\nX: {new string('y', 20_000)}\r\n\r\n1\r\n--xx--\r\n", 400, "invalid_request", "form cannot be read" },
        { Multipart, Part.Replace("\r\n\r\n", "\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n", StringComparison.Ordinal) + "--xx--\r\n", 400, "invalid_request", "'utf-7'. Send text as UTF-8" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nphoto.jpg\r\n--xx--\r\n", 400, "missing_image", "holds text" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--xx--\r\n", 400, "missing_image", "is missing" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"trials\"; filename=\"a\"\r\n\r\none\r\n--xx--\r\n", 400, "invalid_request", "trials must be a whole number, not 'one'" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"labels\"; filename=\"blob\"\r\nContent-Type: application/json\r\n\r\n[\"a\"\r\n--xx--\r\n", 400, "invalid_request", "labels is declared as application/json but is not JSON" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"labels\"; filename=\"blob\"\r\nContent-Type: application/json\r\n\r\n{}\r\n--xx--\r\n", 400, "invalid_request", "not an object" },
        { Multipart, "--xx\r\nContent-Disposition: form-data; name=\"../x\"; filename=\"../../etc/passwd\"\r\n\r\n1\r\n--xx--\r\n", 400, "unknown_field", "There is no field '../x'" },
        { "text/plain", "image", 415, "unsupported_content_type", "multipart/form-data" },
        { "image/png", "x", 415, "unsupported_content_type", "multipart/form-data" },
        { "application/x-www-form-urlencoded", "trials=1", 415, "unsupported_content_type", "multipart/form-data" },
        { "multipart/mixed; boundary=xx", Part, 415, "unsupported_content_type", "multipart/form-data" },
        { "", Part, 415, "unsupported_content_type", "multipart/form-data" },
        { "nonsense", Part, 415, "unsupported_content_type", "multipart/form-data" },
    };

    public static TheoryData<string, string, string> JsonBodies => new()
    {
        { "", "invalid_request", "not JSON" },
        { "{", "invalid_request", "not JSON" },
        { "{}", "missing_image", "missing" },
        { "null", "invalid_request", "JSON object" },
        { "[1]", "invalid_request", "JSON object" },
        { "\"text\"", "invalid_request", "JSON object" },
        { "{} {}", "invalid_request", "not JSON" },
        { "{\"trials\":1", "invalid_request", "not JSON" },
        { "{\"trials\":1,}", "invalid_request", "not JSON" },
        { "{'trials':1}", "invalid_request", "not JSON" },
        { "{\"trials\":NaN}", "invalid_request", "not JSON" },
        { "{\"trials\":01}", "invalid_request", "not JSON" },
        { "{/**/}", "invalid_request", "not JSON" },
        { "{\"labels\":[\"\0\"]}", "invalid_request", "not JSON" },
        { $"{{\"labels\":{new string('[', 100_000)}}}", "invalid_request", "not JSON" },
        { $"{{\"labels\":{new string('[', 100)}{new string(']', 100)}}}", "invalid_request", "not JSON" },
        { "{\"trials\":1,\"trials\":1}", "invalid_request", "trials was sent twice" },
        { $"{{\"image\":\"{Picture}\",\"image\":\"{Picture}\"}}", "invalid_request", "image was sent twice" },
        { "{\"labels\":[\"class 1\"],\"labels\":[\"class 2\"]}", "invalid_request", "labels was sent twice" },
        { "{\"labels\":[\"class 1\"],\"labels\":null}", "invalid_request", "labels was sent twice" },
        { "{\"\":1}", "unknown_field", "There is no field ''" },
        { "{\"\\ud800\":1}", "invalid_request", "not JSON" },
        { "{\"Image\":\"\"}", "unknown_field", "Did you mean 'image'?" },
        { "{\"image\":\"\"}", "missing_image", "empty" },
        { "{\"image\":null}", "missing_image", "missing" },
        { "{\"image\":[]}", "missing_image", "missing" },
        { "{\"image\":5}", "invalid_request", "in base64" },
        { "{\"image\":true}", "invalid_request", "in base64" },
        { "{\"image\":{\"data\":\"AA==\"}}", "invalid_request", "in base64" },
        { "{\"image\":[[\"AA==\"]]}", "invalid_request", "in base64" },
        { "{\"image\":\"no base64!\"}", "invalid_request", "in base64" },
        { "{\"image\":\"AAA\"}", "invalid_request", "in base64" },
        { "{\"image\":\"AA==AA==\"}", "invalid_request", "in base64" },
        { "{\"image\":\"A\\u00e9==\"}", "invalid_request", "in base64" },
        { "{\"image\":\"data:image/png;base64\"}", "invalid_request", "in base64" },
        { $"{{\"image\":[\"{Picture}\",\"{Picture}\"]}}", "invalid_request", "2 images were sent" },
        { $"{{\"image\":\"{Picture}\",\"trials\":{{\"a\":1}}}}", "invalid_request", "not an object" },
        { $"{{\"image\":\"{Picture}\",\"trials\":[1,2]}}", "invalid_request", "whole number" },
        { $"{{\"image\":\"{Picture}\",\"trials\":true}}", "invalid_request", "whole number" },
        { $"{{\"image\":\"{Picture}\",\"trials\":1e400}}", "invalid_request", "whole number" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_that_cannot_be_read_is_refused_with_the_reason(string type, string body, int status, string code, string detail) =>
        await service.RefuseAsync("/classify", Raw(type, body), status, code, detail);

    [Theory]
    [MemberData(nameof(JsonBodies))]
    public async Task JSON_that_cannot_be_read_is_refused_with_the_reason(string body, string code, string detail) =>
        await service.RefuseAsync("/classify", Raw("application/json", body), 400, code, detail);

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity, br")]
    public async Task A_body_that_says_it_is_compressed_is_refused(string coding)
    {
        ByteArrayContent body = Raw("application/json", $"{{\"image\":\"{Picture}\"}}");
        body.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        await service.RefuseAsync("/classify", body, 415, "unsupported_content_type", "send it uncompressed");
    }

    [Fact]
    public async Task A_body_that_says_it_is_not_compressed_is_read()
    {
        ByteArrayContent body = Raw("application/json", $"{{\"image\":\"{Picture}\"}}");
        body.Headers.TryAddWithoutValidation("Content-Encoding", "Identity");

        await service.AcceptAsync("/classify", body);
    }

    [Theory]
    [InlineData("image", "/classify")]
    [InlineData("images", "/match")]
    public async Task A_form_without_a_picture_says_so(string field, string path)
    {
        string code = (await service.RefuseAsync(path, StrictService.Form(field, [], (path == "/match" ? "captions" : "labels", "class 1")), 400, "missing_image", "")).GetProperty("field").GetString()!;

        Assert.Equal(field, code);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_refused()
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(Part[..^3]), 0xFF, 0xFE, .. "\r\n--xx--\r\n"u8];

        await service.RefuseAsync("/classify", Raw(Multipart, body), 400, "invalid_request", "trials is not UTF-8");
        await service.RefuseAsync("/classify", Raw("application/json", [.. "{\"labels\":[\""u8, 0xFF, .. "\"]}"u8]), 400, "invalid_request", "not JSON");
        await service.RefuseAsync("/classify", Raw("application/json", Encoding.Unicode.GetBytes("{\"trials\":1}")), 400, "invalid_request", "not JSON");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("data:image/png;base64,{0}")]
    public async Task Base64_is_read_as_writers_of_JSON_escape_it(string form)
    {
        string plain = form.Replace("{0}", Picture, StringComparison.Ordinal);
        string escaped = plain.Replace("/", "\\/", StringComparison.Ordinal).Replace("+", "\\u002B", StringComparison.Ordinal).Replace("A", "\\u0041", StringComparison.Ordinal);

        var expected = await service.AcceptAsync("/classify", Raw("application/json", $"{{\"image\":\"{plain}\"}}"));
        var answer = await service.AcceptAsync("/classify", Raw("application/json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{{\"image\":\"{escaped}\\r\\n\"}}")])); // with a byte order mark

        Assert.Equal(expected.GetProperty("labels").GetRawText(), answer.GetProperty("labels").GetRawText());
    }

    [Fact]
    public async Task Base64_may_be_in_the_alphabet_for_addresses_without_its_padding()
    {
        string plain = Convert.ToBase64String(await File.ReadAllBytesAsync(Repository.Sample("ship.png"), TestContext.Current.CancellationToken));
        string text = plain.Replace('+', '-').Replace('/', '_').TrimEnd('=');
        Assert.Contains(text, letter => letter is '-' or '_');

        var expected = await service.AcceptAsync("/classify", Raw("application/json", $"{{\"image\":\"{plain}\"}}"));
        var answer = await service.AcceptAsync("/classify", Raw("application/json", $"{{\"image\":\"{text}\"}}"));

        Assert.Equal(expected.GetProperty("labels").GetRawText(), answer.GetProperty("labels").GetRawText());
        await service.RefuseAsync("/classify", Raw("application/json", $"{{\"image\":\"{text}!\"}}"), 400, "invalid_request", "base64");
    }

    private static ByteArrayContent Raw(string type, string body) => Raw(type, Encoding.UTF8.GetBytes(body));

    private static ByteArrayContent Raw(string type, byte[] body)
    {
        var content = new ByteArrayContent(body);
        if (type.Length > 0)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
