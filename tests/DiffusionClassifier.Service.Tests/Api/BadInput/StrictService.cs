using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Testing.Fakes;
using DiffusionClassifier.Testing.Images;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Service.Tests.Api.BadInput;

/// <summary>The service on a class-conditional and a text-conditional fake model, with the real image decoder; it knows whether a request did any work.</summary>
public sealed class StrictService : TestService, IAsyncLifetime
{
    public static readonly byte[] Picture = HostileImages.Accepted["1-bit PNG"];

    private readonly ImagePreprocessor _images = new(ImageDecoders.Create());

    internal FakeDiffusionModel TextModel { get; } = new(Manifests.Text("words"), 1, 2, 4, 8);

    private protected override FakeDiffusionModel[] Models => [Model, TextModel];

    private protected override IImagePreprocessor Preprocessor => _images;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What has come as far as a device, or is on the way there.
    private (long Rows, int Batches, int Prompts) Work => (
        Services.GetRequiredService<ClassificationEngine>().ReservedRows,
        Model.Batches + TextModel.Batches,
        Model.EncodedPrompts.Count + TextModel.EncodedPrompts.Count);

    /// <summary>Warms the models: the work of a warm-up is not a request's.</summary>
    public async ValueTask InitializeAsync()
    {
        using HttpClient client = CreateClient();
        foreach (string model in (string[])["tiny", "words"])
            (await client.PostAsync("/classify", Form("image", [Picture], ("model", model), ("labels", model == "tiny" ? "class 1" : "cat")), Cancellation)).EnsureSuccessStatusCode();
    }

    /// <summary>Posts what must be refused, and checks that it is, as a problem+json, without any work and without keeping memory.</summary>
    internal async Task<JsonElement> RefuseAsync(string path, HttpContent body, int status, string code, string detail)
    {
        using HttpClient client = CreateClient();
        (long, int, int) before = Work;

        HttpResponseMessage response = await client.PostAsync(path, body, Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, (System.Net.HttpStatusCode)status, code);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(problem.GetProperty("detail").GetString()!, char.IsControl);
        Assert.Equal(before, Work);
        Assert.Equal(0, Services.GetRequiredService<UploadMemory>().Taken);
        return problem;
    }

    internal async Task<JsonElement> AcceptAsync(string path, HttpContent body)
    {
        using HttpClient client = CreateClient();

        HttpResponseMessage response = await client.PostAsync(path, body, Cancellation);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    internal static MultipartFormDataContent Form(string fileField, byte[][] files, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (byte[] file in files)
            form.Add(new ByteArrayContent(file), fileField, "a.png");
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    /// <summary>The same request as JSON; every value is a string, of which the service reads numbers too.</summary>
    internal static StringContent Json(string fileField, byte[][] files, params (string Name, string Value)[] fields)
    {
        var body = new JsonObject { [fileField] = new JsonArray([.. files.Select(file => (JsonNode)Convert.ToBase64String(file))]) };
        foreach ((string name, string value) in fields)
            body[name] = value;
        return new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
    }
}
