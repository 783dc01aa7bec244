using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Images;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>Models of every family give the numbers of the original code, from pixels and prompts to winners.</summary>
public sealed class FamilyGoldenTests(ITestOutputHelper output)
{
    // Each family's trials have other timesteps: a graph that takes one timestep runs the labels of one trial.
    private static readonly OnnxOptions Options = new() { MaxBatch = 4 };

    [Theory]
    [InlineData("sit", "velocity towards the data")]
    [InlineData("edm-pixel", "EDM in pixels")]
    [InlineData("ddpm-pixel", "DDPM in pixels")]
    [InlineData("sdxl", "SDXL")]
    [InlineData("sd3", "Stable Diffusion 3")]
    [InlineData("flux", "FLUX")]
    [InlineData("pixart", "PixArt")]
    public void Errors_and_winners_are_those_of_the_original(string family, string what)
    {
        var errors = new GoldenCheck($"row errors, {what}", new Tolerance(0, Relative: 3e-5));
        var means = new GoldenCheck($"class means, {what}", new Tolerance(1e-4));
        var winners = new GoldenCheck($"winners, {what}", Tolerance.Exact);
        foreach (FamilyRun run in FamilyRun.Of(family))
        {
            using var model = new OnnxDiffusionModel(run.Bundle, Options);
            Compare(run, model, errors, means, winners);
        }

        Assert.All(new[] { errors, means, winners }, check => check.Report(output));
    }

    [Fact]
    public void An_export_with_one_timestep_for_the_whole_batch_gives_the_same_errors()
    {
        var errors = new GoldenCheck("row errors, families with a scalar timestep", new Tolerance(0, Relative: 3e-5));
        var means = new GoldenCheck("class means, families with a scalar timestep", new Tolerance(1e-4));
        var winners = new GoldenCheck("winners, families with a scalar timestep", Tolerance.Exact);
        foreach (FamilyRun run in FamilyRun.Of(FamilyRun.All))
        {
            foreach (string part in new[] { "unet", "transformer" })
            {
                string graph = Path.Combine(FamilyRun.Data.Folder!, "bundles", "variants", $"{run.Bundle.Manifest.Id}_{part}_timestep_scalar", "model.onnx");
                if (!File.Exists(graph))
                    continue;
                using var linked = new LinkedBundle(run.Bundle.Folder, part, File.ReadAllBytes(graph));
                FamilyRun variant = run with { Name = $"{run.Name}, scalar", Bundle = linked.Bundle with { Manifest = linked.Bundle.Manifest with { Process = run.Bundle.Manifest.Process }, Model = linked.Bundle.Model with { Process = run.Bundle.Model.Process } } };
                Assert.True(variant.Bundle.Manifest.ScalarTimestep);
                using var model = new OnnxDiffusionModel(variant.Bundle, Options);
                Compare(variant, model, errors, means, winners);
            }
        }

        Assert.All(new[] { errors, means, winners }, check => check.Report(output));
    }

    [Fact]
    public void Latents_are_those_of_the_original()
    {
        var check = new GoldenCheck("latents, families", new Tolerance(1e-4));
        foreach (FamilyRun run in FamilyRun.Of(FamilyRun.All).Where(run => run.Bundle.Model.Vae is not null))
        {
            using var model = new OnnxDiffusionModel(run.Bundle, Options);
            foreach ((string image, JsonElement result) in run.Images)
                check.Compare($"{run.Name}, {Path.GetFileName(image)}", FamilyRun.Data.Array<float>(result.GetProperty("latent")), model.EncodeImage(run.Pixels(result)).Values);
        }

        check.Report(output);
    }

    [Fact]
    public void Images_are_cropped_and_scaled_as_in_training()
    {
        var check = new GoldenCheck("pixels, families", new Tolerance(1e-6));
        foreach (FamilyRun run in FamilyRun.Of(FamilyRun.All))
        {
            ImagePreprocessing preprocessing = run.Bundle.Manifest.Preprocessing;
            if (run.Meta.TryGetProperty("interpolation", out JsonElement filter))
                preprocessing = preprocessing with { Filter = Enum.Parse<ResizeFilter>(filter.GetString()!, ignoreCase: true) };
            foreach ((string image, JsonElement result) in run.Images)
            {
                RgbImage decoded = ImageDecoders.Create().Decode(File.ReadAllBytes(image), ImageMode.Reference);

                float[] planes = ImagePreprocessor.ToPlanes(Crops.Square(decoded, preprocessing));

                check.Compare($"{run.Name}, {Path.GetFileName(image)}", run.Pixels(result).Values, planes);
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Classes_are_told_apart_from_the_embedding_that_means_none()
    {
        FamilyRun[] runs = [.. FamilyRun.Of("sit", "edm-pixel", "ddpm-pixel")];

        Assert.SkipWhen(runs.Length == 0, "The golden data has no class-conditional families.");
        foreach (FamilyRun run in runs)
        {
            Bundle bundle = BundleLoader.Load(run.Bundle.Folder);
            int nullClass = run.Meta.TryGetProperty("null_class_id", out JsonElement id) ? id.GetInt32() : run.Meta.GetProperty("null_class").GetInt32();
            Assert.Equal(nullClass, bundle.Manifest.NullClass);
            Assert.Equal(1_000, bundle.Manifest.TimestepTo);
            Assert.Empty(bundle.Manifest.Warnings);
        }
    }

    private static void Compare(FamilyRun run, OnnxDiffusionModel model, GoldenCheck errors, GoldenCheck means, GoldenCheck winners)
    {
        using var rows = new RowErrors(model);
        foreach ((string image, JsonElement result) in run.Images)
        {
            double[][] expected = run.Errors(result);

            double[][] actual = rows.Run(run.Request, model.EncodeImage(run.Pixels(result)), run.Trials).Errors;

            foreach ((int label, double[] row) in actual.Index())
            {
                string where = $"{run.Name}, {Path.GetFileName(image)}, {run.Labels[label]}";
                errors.Compare(where, expected[label], row);
                means.Check(where, expected[label].Average(), row.Average());
            }

            winners.Same($"{run.Name}, {Path.GetFileName(image)}", [run.Found(result).GetProperty("winner").GetInt32()], [actual.Index().MinBy(pair => pair.Item.Average()).Index]);
        }
    }
}
