using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Tests.Golden;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Encoders;

/// <summary>Prompts to embeddings and pixels to latents, for every bundle of the golden data.</summary>
public sealed class EncoderGoldenTests(ITestOutputHelper output)
{
    private static readonly Tolerance Text = new(1e-5), Latent = new(1e-4), HalfText = new(0, OfRms: 1e-2);
    private static readonly Tolerance HalfLatent = new(0, OfRms: 1.2e-2); // a VAE is the deepest of the graphs: half precision adds up

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prompts_give_the_golden_embeddings(bool half)
    {
        var check = new GoldenCheck(half ? "text embeddings, float16" : "text embeddings", half ? HalfText : Text);
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.Bundle.Model.Text is not null && golden.IsHalf == half))
        {
            using OnnxDiffusionModel model = golden.Open();
            check.Compare(golden.Name, GoldenData.Array<float>(golden.Family.Tensor("text_embeds")!.Value), GoldenBundle.Embed(model, golden.Family.Prompts));
            check.Note($"{golden.Name}.");
        }

        check.Report(output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_give_the_golden_latents(bool half)
    {
        var check = new GoldenCheck(half ? "latents, float16" : "latents", half ? HalfLatent : Latent);
        foreach ((GoldenBundle golden, OnnxDiffusionModel model, string image, JsonElement result) in Images(half))
        {
            Latent latent = model.EncodeImage(GoldenPixels.Load(image, golden.Bundle.Manifest.Preprocessing, golden.Family.Meta));
            check.Compare($"{golden.Name}, {image}", GoldenData.Array<float>(result.GetProperty("latent")), latent.Values);
            check.Note($"{golden.Name}.");
        }

        check.Report(output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_give_the_golden_latent_parameters(bool half)
    {
        double largestScale = GoldenBundle.All.Max(golden => golden.Bundle.Manifest.LatentScale); // parameters are not scaled yet
        var check = new GoldenCheck(half ? "latent parameters (mean, log variance), float16" : "latent parameters (mean, log variance)", half ? HalfLatent : new Tolerance(Latent.Absolute / largestScale));
        foreach ((GoldenBundle golden, _, string image, JsonElement result) in Images(half).Where(item => item.Golden.Bundle.Model.Vae is { HasVariances: true }))
        {
            PixelImage pixels = GoldenPixels.Load(image, golden.Bundle.Manifest.Preprocessing, golden.Family.Meta);
            using var session = new OnnxSession(golden.Bundle.Model.Vae!.Graph.File, new DeviceTarget(new DeviceOptions(), new OnnxOptions()), new SessionNeeds());
            using SingleRun run = new SingleRun().Add(golden.Bundle.Model.Vae.Sample, pixels.Values, 1, 3, pixels.Size, pixels.Size);
            (float[] values, _) = run.Run(session, golden.Bundle.Model.Vae.Output)[0];
            check.Compare($"{golden.Name}, {image}", GoldenData.Array<float>(result.GetProperty("latent_parameters")), values);
        }

        check.Report(output);
    }

    private static IEnumerable<(GoldenBundle Golden, OnnxDiffusionModel Model, string Image, JsonElement Result)> Images(bool half)
    {
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.Bundle.Model.Vae is not null && golden.IsHalf == half))
        {
            using OnnxDiffusionModel model = golden.Open();
            foreach ((string image, JsonElement result) in golden.Family.Results)
                yield return (golden, model, image, result);
        }
    }
}
