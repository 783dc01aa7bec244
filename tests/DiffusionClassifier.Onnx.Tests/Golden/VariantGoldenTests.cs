using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Sessions;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>Graphs as other exporters write them (<c>bundles/variants</c>), each put in the place of a whole bundle's own by symbolic links.</summary>
public sealed class VariantGoldenTests(ITestOutputHelper output)
{
    private static readonly Tolerance Denoiser = new(2e-5);

    [Fact]
    public void A_denoiser_with_one_timestep_a_call_gives_the_golden_predictions()
    {
        var check = new GoldenCheck("denoiser output, scalar timestep", Denoiser);
        foreach ((string variant, GoldenBundle golden, Bundle bundle) in Assembled("unet", "timestep"))
        {
            Assert.True(bundle.Manifest.ScalarTimestep || bundle.Model.Denoiser.Timestep.Rank == 1);
            using var model = new OnnxDiffusionModel(bundle, new OnnxOptions { MaxBatch = 4 });
            foreach (JsonProperty call in golden.Family.DenoiserCalls.Where(call => DenoiserCall.Fits(call.Value, bundle)))
            {
                var rows = new DenoiserCall(call.Value, bundle);
                check.Compare($"{variant}, {call.Name}", rows.Expected, rows.Predict(model));
                check.Note($"{variant} in {golden.Name}.");
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Rows_with_different_timesteps_in_one_call_of_such_a_denoiser_are_refused()
    {
        int refused = 0;
        foreach ((_, _, Bundle bundle) in Assembled("unet", "timestep").Where(item => item.Bundle.Manifest.ScalarTimestep))
        {
            using var model = new OnnxDiffusionModel(bundle, new OnnxOptions { MaxBatch = 2 });
            using DenoisingBatch batch = model.CreateBatch();
            Array.Fill(batch.Conditionings, model.EncodePrompts(["a photo"])[0]);
            (batch.Bucket, batch.Timesteps[1]) = (2, 1);

            Assert.Throws<InvalidOperationException>(() => model.PredictNoise(batch));
            refused++;
        }

        Assert.SkipWhen(refused == 0, "The golden data has no denoiser with a scalar timestep.");
    }

    [Fact]
    public void A_VAE_that_draws_its_latents_is_used_with_a_warning()
    {
        var check = new GoldenCheck("VAE that draws latents: loads with a warning, two draws differ", Tolerance.Exact);
        foreach ((string variant, _, Bundle bundle) in Assembled("vae_encoder", "sample").DistinctBy(item => item.Variant))
        {
            check.Same($"{variant}, warned", [true], [bundle.Manifest.Warnings.Any(warning => warning.Contains("latent_sample", StringComparison.Ordinal))]);
            using var model = new OnnxDiffusionModel(bundle, new OnnxOptions());
            var image = new PixelImage(new float[3 * bundle.Model.Vae!.ImageSize * bundle.Model.Vae.ImageSize], bundle.Model.Vae.ImageSize, []);
            check.Same($"{variant}, differs", [true], [!model.EncodeImage(image).Values.SequenceEqual(model.EncodeImage(image).Values)]);
        }

        check.Report(output);
    }

    // A variant's folder says only which part it is; whose weights it has is found out by trying, and is the first bundle that agrees.
    private static IEnumerable<(string Variant, GoldenBundle Golden, Bundle Bundle)> Assembled(string part, string input)
    {
        foreach (string variant in Directory.EnumerateDirectories(GoldenData.Require("bundles/variants")).Order(StringComparer.Ordinal))
        {
            OnnxGraph graph = OnnxGraphReader.Read(Path.Combine(variant, OnnxGraph.FileName));
            if (!Path.GetFileName(variant).StartsWith(part, StringComparison.Ordinal) || graph.Inputs.All(other => other.Name != input))
                continue;
            foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.Bundle.Model.Text is not null && !golden.IsHalf))
            {
                using LinkedBundle linked = new(golden.Bundle.Folder, part, File.ReadAllBytes(graph.File));
                if (part != "unet" || Agrees(linked.Bundle, golden))
                {
                    yield return (Path.GetFileName(variant), golden, linked.Bundle);
                    break;
                }
            }
        }
    }

    private static bool Agrees(Bundle bundle, GoldenBundle golden)
    {
        using var model = new OnnxDiffusionModel(bundle, new OnnxOptions { MaxBatch = 1 });
        JsonProperty call = golden.Family.DenoiserCalls.First(call => DenoiserCall.Fits(call.Value, bundle));
        var rows = new DenoiserCall(call.Value, bundle);
        return rows.Expected.Zip(rows.Predict(model)).Max(pair => Math.Abs(pair.First - pair.Second)) < 0.05; // random weights differ by ten times that
    }
}
