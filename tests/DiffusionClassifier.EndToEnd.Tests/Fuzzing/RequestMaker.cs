using System.Globalization;
using System.Text;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.EndToEnd.Tests.Fuzzing;

/// <summary>
/// Whole HTTP/1.1 requests as bytes: right in most of their parts, so that they get far. Every one asks for the connection to be closed.
/// </summary>
internal static class RequestMaker
{
    private const string Boundary = "edge";
    private const int MostFields = 6;

    private static readonly byte[] Picture = File.ReadAllBytes(Repository.Sample("ship.png"));

    private static readonly string[] Paths = ["/models", "/models/cifar10", "/models/..%2f..%2fetc", "/health/ready", "/swagger/v1/swagger.json", "/nowhere", "/%00", "/classify/", "/classify?a=%ff", "*"];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "BREW"];

    private static readonly string[] Fields =
    [
        "labels", "template", "promptAggregation", "model", "seed", "trials", "noiseDraws", "strategy", "confidence", "topK", "stageSamples", "stageKeep", "trialsPerTimestep", "loss", "priors", "temperature",
        "posterior", "imageMode", "interpolation", "captions", "normalizeByNull", "priority", "deadlineMs",
    ];

    private static readonly string[] WrongFields = ["image", "images", "label", "Labels", "", "é", "a]b[0]", "a\"b"];

    private static readonly string[] Values =
    [
        "", " ", "0", "-1", "1", "2", "1.5", "NaN", "Infinity", "-0", "1e999", "0x10", "2147483648", "18446744073709551616", "١", "true", "null", "ship", "ship,truck", "[]", "[", "[1]", "[1,2]", "[\"ship\"]",
        "[\"ship\",\"truck\"]", "[\"\\ud800\"]", "[{\"label\":\"ship\",\"prompts\":[\"a\"]}]", "[{\"label\":1}]", "{}", "{\"a\":1}", "cifar10", "../cifar10", "fixed", "staged", "race", "l1", "l2", "huber", "vlb",
        "paper", "mean", "fitted", "default", "reference", "bilinear", "lanczos", "bulk", "a photo of a {label}.", "no placeholder", "\0\u0001", "\u202E\u200Fא", "👩‍👩‍👧‍👦", "data:image/png;base64,AAAA",
        new('x', 5000), string.Concat(Enumerable.Repeat("[", 5000)),
    ];

    private static readonly string[] ContentTypes = ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other", "application/json", "application/json; charset=utf-7", "text/plain", "application/x-www-form-urlencoded", "é", "", "image/png"];

    public static FuzzInput Make(Random random) => random.Next(10) switch
    {
        < 5 => Damage(random, "form", $"multipart/form-data; boundary={Boundary}", Form(random)),
        < 8 => Damage(random, "JSON", "application/json", Json(random)),
        _ => Damage(random, "another content type", random.Pick(ContentTypes), random.Chance(0.5) ? Form(random) : Json(random)),
    };

    /// <summary>A request that must be answered with 200.</summary>
    public static byte[] Good() => Request("POST", "/classify", $"multipart/form-data; boundary={Boundary}", [.. Part("image", Picture, "a.png"), .. Part("trials", "1"u8), .. End()]);

    private static FuzzInput Damage(Random random, string origin, string contentType, byte[] body)
    {
        (string method, string path) = random.Chance(0.85) ? ("POST", random.Chance(0.7) ? "/classify" : "/match") : (random.Pick(Methods), random.Pick(Paths));
        byte[] request = Request(method, path, contentType, random.Chance(0.3) ? ByteMutations.Mutate(body, random) : body);
        return random.Chance(0.15)
            ? new FuzzInput(ByteMutations.Mutate(request, random), $"{origin}, request changed")
            : new FuzzInput(request, origin);
    }

    private static byte[] Request(string method, string path, string contentType, byte[] body) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];

    private static byte[] Form(Random random)
    {
        List<byte> body = [];
        if (random.Chance(0.8))
            body.AddRange(Part(random.Chance(0.6) ? "image" : "images", Image(random), "a.png"));
        for (int i = random.Next(MostFields); i > 0; i--)
            body.AddRange(Part(Field(random), Encoding.UTF8.GetBytes(random.Pick(Values)), random.Chance(0.05) ? "a.txt" : null));
        body.AddRange(Part("trials", random.Chance(0.5) ? "1"u8 : "2"u8));
        return random.Chance(0.95) ? [.. body, .. End()] : [.. body];
    }

    private static byte[] Json(Random random)
    {
        StringBuilder body = new("{");
        if (random.Chance(0.8))
            body.Append(CultureInfo.InvariantCulture, $"\"image\": \"{Convert.ToBase64String(Image(random))}\", ");
        for (int i = random.Next(MostFields); i > 0; i--)
        {
            string value = random.Pick(Values);
            bool bare = value is ['[' or '{' or '-' or (>= '0' and <= '9'), ..] or "true" or "null";
            body.Append(CultureInfo.InvariantCulture, $"\"{Field(random)}\": {(bare && random.Chance(0.8) ? value : $"\"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")}, ");
        }

        return Encoding.UTF8.GetBytes(body.Append("\"trials\": 1}").ToString());
    }

    private static string Field(Random random) => random.Pick(random.Chance(0.95) ? Fields : WrongFields);

    private static byte[] Image(Random random) => random.Chance(0.7) ? Picture : ByteMutations.Mutate(Picture, random);

    private static byte[] Part(string name, ReadOnlySpan<byte> content, string? file = null) =>
    [
        .. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{(file is null ? "" : $"; filename=\"{file}\"\r\nContent-Type: image/png")}\r\n\r\n"),
        .. content, .. "\r\n"u8,
    ];

    private static byte[] End() => Encoding.UTF8.GetBytes($"--{Boundary}--\r\n");
}
