using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Bundles;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>VAE encoders in float16 make the same latents, or, where they overflow as SDXL's own does, none.</summary>
public sealed class HalfVaeTests(ITestOutputHelper output)
{
    private const string Suffix = "_vae_encoder_fp16", Overflows = "_overflow";

    [Fact]
    public void Latents_in_float16_are_those_in_float32_within_its_precision()
    {
        var check = new GoldenCheck("latents, VAE in float16", new Tolerance(0.01)); // 0.05 before the factor of 0.13: what float16 costs
        foreach (FamilyRun run in FamilyRun.Of("sdxl"))
        {
            using LinkedBundle bundle = With(run, Suffix);
            using var model = new OnnxDiffusionModel(bundle.Bundle, new OnnxOptions { MaxBatch = 1 });
            foreach ((string image, JsonElement result) in run.Images)
                check.Compare($"{run.Name}, {Path.GetFileName(image)}", FamilyRun.Data.Array<float>(result.GetProperty("latent")), model.EncodeImage(run.Pixels(result)).Values);
        }

        check.Report(output);
    }

    [Fact]
    public void An_encoder_that_overflows_is_refused_by_name()
    {
        IReadOnlyList<FamilyRun> runs = FamilyRun.Of("sdxl");
        Assert.SkipWhen(runs.Count == 0, "The golden data has no SDXL.");
        foreach (FamilyRun run in runs)
        {
            using LinkedBundle bundle = With(run, Suffix + Overflows);
            using var model = new OnnxDiffusionModel(bundle.Bundle, new OnnxOptions { MaxBatch = 1 });

            var exception = Assert.Throws<NotFiniteException>(() => model.EncodeImage(run.Pixels(run.Images.First().Result)));

            Assert.Contains("vae_encoder overflows in float16, as that of SDXL does", exception.Message, StringComparison.Ordinal);
        }
    }

    private static LinkedBundle With(FamilyRun run, string variant) => new(run.Bundle.Folder, "vae_encoder",
        File.ReadAllBytes(FamilyRun.Data.Require(Path.Combine("bundles", "variants", $"{Path.GetFileName(run.Bundle.Folder)}{variant}", "model.onnx"))));
}
