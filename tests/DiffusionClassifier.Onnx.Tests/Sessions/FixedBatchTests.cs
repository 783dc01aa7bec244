using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Golden;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>Exports whose graphs take one batch size alone.</summary>
public sealed class FixedBatchTests(ITestOutputHelper output)
{
    private const int Batch = 3; // no power of two, and more than some calls need

    [Fact]
    public void A_denoiser_fixed_to_a_batch_has_that_size_alone_and_predicts_the_same()
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(TemporaryBundle.Model, FixedBatch.Of(File.ReadAllBytes(bundle.PathOf(TemporaryBundle.Model)), Batch));
        using OnnxDiffusionModel model = new(bundle.Load(), new OnnxOptions()), original = new(BundleLoader.Load(TemporaryBundle.Original), new OnnxOptions { MaxBatch = Batch });

        Assert.Equal([Batch], model.Buckets);
        Assert.InRange(Predict(original).Zip(Predict(model)).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 2e-5); // other kernels for a known size
    }

    [Fact]
    public void Encoders_fixed_to_a_batch_give_the_same()
    {
        var check = new GoldenCheck("encoders fixed to a batch size, against the same ones that take any", new Tolerance(1e-4));
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.Bundle.Model.Text is not null && !golden.IsHalf))
        {
            using var text = new LinkedBundle(golden.Bundle.Folder, "text_encoder", FixedBatch.Of(File.ReadAllBytes(golden.Bundle.Model.Text!.Graphs.Single().File), Batch, golden.Bundle.Model.Text.Tokens));
            using var vae = new LinkedBundle(golden.Bundle.Folder, "vae_encoder", FixedBatch.Of(File.ReadAllBytes(golden.Bundle.Model.Vae!.Graph.File), Batch));
            using OnnxDiffusionModel original = golden.Open(), fixedText = new(text.Bundle, new OnnxOptions { MaxBatch = 1 }), fixedVae = new(vae.Bundle, new OnnxOptions { MaxBatch = 1 });
            string[] prompts = ["a photo of a cat", "a dog", "", "three words here"];
            (string image, _) = golden.Family.Results.First();
            PixelImage pixels = GoldenPixels.Load(image, golden.Bundle.Manifest.Preprocessing, golden.Family.Meta);

            check.Compare($"{golden.Name}, text", GoldenBundle.Embed(original, prompts), GoldenBundle.Embed(fixedText, prompts));
            check.Compare($"{golden.Name}, VAE", original.EncodeImage(pixels).Values, fixedVae.EncodeImage(pixels).Values);
        }

        check.Report(output);
    }

    private static float[] Predict(OnnxDiffusionModel model)
    {
        using DenoisingBatch batch = model.CreateBatch();
        batch.Bucket = Batch;
        for (int row = 0; row < Batch; row++)
        {
            (batch.Slots[row], batch.Timesteps[row], batch.Conditionings[row]) = (row, 200 * row + 100, new ClassConditioning(row));
            batch.Noised(row).Fill(0.5f * row);
        }

        model.PredictNoise(batch);
        return [.. Enumerable.Range(0, Batch).SelectMany(row => batch.Predicted(row).ToArray())];
    }
}
