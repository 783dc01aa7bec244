using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Images;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>Class-conditional models whose process or space is not DiT's give the numbers of the original code.</summary>
public sealed class ClassFamilyGoldenTests(ITestOutputHelper output)
{
    private static readonly OnnxOptions Options = new() { MaxBatch = 8 };

    [Theory]
    [InlineData("sit", "velocity towards the data")]
    [InlineData("edm-pixel", "EDM in pixels")]
    [InlineData("ddpm-pixel", "DDPM in pixels")]
    public void Errors_and_winners_are_those_of_the_original(string family, string what)
    {
        var errors = new GoldenCheck($"row errors, {what}", new Tolerance(0, Relative: 3e-5));
        var means = new GoldenCheck($"class means, {what}", new Tolerance(1e-4));
        var winners = new GoldenCheck($"winners, {what}", Tolerance.Exact);
        foreach (FamilyRun run in FamilyRun.Of(family))
        {
            using var model = new OnnxDiffusionModel(run.Bundle, Options);
            using var rows = new RowErrors(model);
            foreach ((string image, JsonElement result) in run.Images)
            {
                double[][] expected = Expected(run, result);
                var request = new Submission(new ClassificationRequest { Image = new byte[] { 1 }, Labels = [.. run.Labels.Select(LabelSpec.FromString)] }) { Noise = run.Noise };

                double[][] actual = rows.Run(request, model.EncodeImage(Pixels(run, result)), run.Trials).Errors;

                foreach ((int label, double[] row) in actual.Index())
                {
                    errors.Compare($"{run.Name}, {Path.GetFileName(image)}, {run.Labels[label]}", expected[label], row);
                    means.Check($"{run.Name}, {Path.GetFileName(image)}, {run.Labels[label]}", expected[label].Average(), row.Average());
                }

                winners.Same($"{run.Name}, {Path.GetFileName(image)}", [Winner(result)], [actual.Index().MinBy(pair => pair.Item.Average()).Index]);
            }
        }

        Assert.All(new[] { errors, means, winners }, check => check.Report(output));
    }

    [Fact]
    public void Images_are_cropped_and_scaled_as_in_training()
    {
        var check = new GoldenCheck("pixels, class-conditional families", new Tolerance(1e-6));
        foreach (FamilyRun run in FamilyRun.Of("sit", "edm-pixel", "ddpm-pixel"))
        {
            ImagePreprocessing preprocessing = run.Bundle.Manifest.Preprocessing;
            if (run.Meta.TryGetProperty("interpolation", out JsonElement filter))
                preprocessing = preprocessing with { Filter = Enum.Parse<ResizeFilter>(filter.GetString()!, ignoreCase: true) };
            foreach ((string image, JsonElement result) in run.Images)
            {
                RgbImage decoded = ImageDecoders.Create().Decode(File.ReadAllBytes(image), ImageMode.Reference);

                float[] planes = ImagePreprocessor.ToPlanes(Crops.Square(decoded, preprocessing));

                check.Compare($"{run.Name}, {Path.GetFileName(image)}", Pixels(run, result).Values, planes);
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Bundles_load_with_what_their_files_say()
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

    private static PixelImage Pixels(FamilyRun run, JsonElement result)
    {
        JsonElement entry = result.TryGetProperty("pixels_normalized", out JsonElement normalized) ? normalized : result.GetProperty("pixels");
        return new PixelImage(FamilyRun.Data.Array<float>(entry), run.Bundle.Manifest.Preprocessing.Size, []);
    }

    // Of each label on each trial; the last row may be the null class's.
    private static double[][] Expected(FamilyRun run, JsonElement result)
    {
        JsonElement entry = (result.TryGetProperty("results", out JsonElement results) ? results[0] : result).GetProperty("errors");
        double[] all = entry.GetProperty("dtype").GetString() == "f64"
            ? FamilyRun.Data.Array<double>(entry)
            : Array.ConvertAll(FamilyRun.Data.Array<float>(entry), error => (double)error);
        return [.. all.Chunk(run.Trials.Count).Take(run.Labels.Length)];
    }

    private static int Winner(JsonElement result) =>
        (result.TryGetProperty("results", out JsonElement results) ? results[0] : result).GetProperty("winner").GetInt32();
}
