using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>A sample of the golden cases through HTTP: the image file in, the reference's kept labels, means and prediction out.</summary>
public sealed class HttpGoldenTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4; // the golden data's own, end to end from a lossless image file
    private const double Tie = 1e-5; // gaps below this are ties in the golden data

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Staged_cases_over_HTTP_give_the_reference_means_and_predictions()
    {
        int compared = 0;
        double largest = 0;
        foreach (string meta in Directory.EnumerateFiles(GoldenData.Require("cases"), "meta.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            JsonElement family = GoldenData.Json(Path.GetRelativePath(GoldenData.Folder!, meta));
            if (!family.TryGetProperty("prompts", out JsonElement prompts) || family.GetProperty("images").EnumerateObject().FirstOrDefault(image => image.Name.EndsWith(".png", StringComparison.Ordinal)) is not { Value.ValueKind: JsonValueKind.String } image)
                continue;
            using var service = new GoldenService(family);
            using HttpClient client = service.CreateClient();
            JsonElement result = GoldenData.Json(image.Value.GetString()!);
            foreach (JsonElement golden in result.GetProperty("results").EnumerateArray().Where(golden => !IsTied(golden)))
            {
                JsonElement answer = await ClassifyAsync(client, result.GetProperty("image").GetString()!, family, golden);
                largest = Math.Max(largest, Compare(prompts.GetArrayLength(), golden, answer));
                compared++;
            }
        }

        Assert.SkipUnless(compared > 0, "The golden data has no staged case on a PNG image.");
        GoldenTable.Add("over HTTP: means of the winners, kept labels and predictions of staged cases", compared, $"{largest:0.0e+00}", $"{Tolerance:0e+00}");
        output.WriteLine($"HTTP: {compared} cases, largest deviation of the winner's mean {largest:E1}, tolerance {Tolerance:E0}");
    }

    // Where a stage's cut is a tie, nobody can say which labels go on.
    private static bool IsTied(JsonElement golden) =>
        golden.GetProperty("stages").EnumerateArray().Any(stage => stage.TryGetProperty("cut_gap", out JsonElement gap) && gap.ValueKind == JsonValueKind.Number && gap.GetDouble() < Tie);

    // Labels are numbers with one prompt each: prompts of a golden set may be equal, labels may not.
    private static string Labels(JsonElement prompts) =>
        JsonSerializer.Serialize(prompts.EnumerateArray().Select((prompt, index) => new { label = Name(index), prompts = new[] { prompt.GetString() } }));

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static async Task<JsonElement> ClassifyAsync(HttpClient client, string image, JsonElement family, JsonElement golden)
    {
        var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(await File.ReadAllBytesAsync(GoldenData.Require(image), Cancellation)), "image", "image.png" },
            { new StringContent(Labels(family.GetProperty("prompts"))), "labels" },
            { new StringContent(family.TryGetProperty("interpolation", out JsonElement filter) ? filter.GetString()! : ""), "interpolation" },
            { new StringContent("staged"), "strategy" },
            { new StringContent(golden.GetProperty("n_samples").GetRawText()), "stageSamples" },
            { new StringContent(golden.GetProperty("to_keep").GetRawText()), "stageKeep" },
            { new StringContent(golden.GetProperty("n_trials").GetInt32().ToString(CultureInfo.InvariantCulture)), "trialsPerTimestep" },
            { new StringContent(golden.GetProperty("loss").GetString()!), "loss" },
            { new StringContent("reference"), "imageMode" },
        };
        HttpResponseMessage response = await client.PostAsync("/classify", form, Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static double Compare(int count, JsonElement golden, JsonElement answer)
    {
        Dictionary<string, JsonElement> labels = answer.GetProperty("labels").EnumerateArray().ToDictionary(label => label.GetProperty("label").GetString()!);
        Assert.Equal(count, labels.Count);
        foreach (JsonProperty of in golden.GetProperty("classes").EnumerateObject())
            Assert.Equal(of.Value.GetProperty("errors").GetArrayLength(), labels[of.Name].GetProperty("evaluations").GetInt32());
        string winner = Name(golden.GetProperty("pred_idx").GetInt32());
        double expected = golden.GetProperty("classes").GetProperty(winner).GetProperty("mean").GetDouble();
        double deviation = Math.Abs(expected - labels[winner].GetProperty("meanError").GetDouble());
        Assert.True(deviation <= Tolerance, $"{golden.GetProperty("id")}: the winner's mean deviates by {deviation}");
        Assert.Equal(winner, answer.GetProperty("prediction").GetString());
        return deviation;
    }

    /// <summary>The real service on a golden bundle, with the golden noise in the place of seeded noise.</summary>
    private sealed class GoldenService(JsonElement family) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            JsonElement noise = family.GetProperty("tensors").GetProperty("noise");
            int[] shape = [.. noise.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var bank = new StoredNoise(GoldenData.Array<float>(noise), shape.Skip(1).Aggregate(1, (product, size) => product * size));
            builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
            builder.UseSetting("Models:Folder", GoldenData.Require(family.GetProperty("bundle").GetString()!));
            builder.ConfigureTestServices(services => services.AddSingleton<IOptions<EngineOptions>>(new OptionsWrapper<EngineOptions>(new EngineOptions { NoiseSource = _ => bank })));
        }
    }
}
