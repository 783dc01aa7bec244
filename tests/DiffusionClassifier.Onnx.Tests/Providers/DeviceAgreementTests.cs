using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Golden;
using DiffusionClassifier.Onnx.Tests.Sessions;

namespace DiffusionClassifier.Onnx.Tests.Providers;

/// <summary>
/// CUDA gives the processor's answers. Where this machine has no such device, the tests are skipped with the reason.
/// </summary>
public sealed class DeviceAgreementTests(ITestOutputHelper output)
{
    private const string Cuda = "cuda";

    private static readonly Tolerance Single = new(1e-4); // other kernels, other orders of summation
    private static readonly Tolerance Half = new(0, OfRms: 3e-2); // both sides round to 11 bits after every operation

    [Fact]
    public void Shipped_model_gives_PyTorchs_predictions_batch_after_batch()
    {
        DeviceOptions device = Require();
        using var vectors = new NumpyArchive(Path.Combine(TemporaryBundle.Original, "testvec.npz"));
        float[] sample = vectors.Array<float>("sample", out int[] shape), epsilon = vectors.Array<float>("epsilon", out _);
        long[] timesteps = vectors.Array<long>("timestep", out _), classes = vectors.Array<long>("class_labels", out _);
        using var model = new OnnxDiffusionModel(BundleLoader.Load(TemporaryBundle.Original), new OnnxOptions { MaxBatch = 2 }, device);
        using DenoisingBatch batch = model.CreateBatch();
        int length = batch.Shape.Length;
        var check = new GoldenCheck($"denoiser output on {Cuda}", Single);

        batch.Bucket = 2;
        for (int begin = 0; begin + 1 < shape[0]; begin += 2) // the same buffers every time: what was bound first must not be what runs
        {
            for (int row = 0; row < 2; row++)
            {
                sample.AsSpan((begin + row) * length, length).CopyTo(batch.Noised(row));
                (batch.Slots[row], batch.Timesteps[row], batch.Conditionings[row]) = (row, timesteps[begin + row], new ClassConditioning(classes[begin + row]));
            }

            model.PredictNoise(batch);
            for (int row = 0; row < 2; row++)
                check.Compare($"row {begin + row}", epsilon.AsSpan((begin + row) * length, length), batch.Predicted(row));
        }

        check.Report(output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Golden_bundles_give_the_processors_latents_embeddings_and_predictions(bool half)
    {
        DeviceOptions device = Require();
        var check = new GoldenCheck($"{Cuda} against the processor{(half ? ", float16" : "")}", half ? Half : Single);
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.IsHalf == half))
        {
            using OnnxDiffusionModel here = golden.Open(), there = golden.Open(device);
            var image = new PixelImage([.. Enumerable.Range(0, 3 * Square(here)).Select(i => MathF.Sin(i))], here.Manifest.Preprocessing.Size, []);
            check.Compare($"{golden.Name}, latent", here.EncodeImage(image).Values, there.EncodeImage(image).Values);
            if (golden.Bundle.Model.Text is not null)
                check.Compare($"{golden.Name}, embedding", GoldenBundle.Embed(here, golden.Family.Prompts), GoldenBundle.Embed(there, golden.Family.Prompts));
            foreach (JsonProperty call in golden.Family.DenoiserCalls.Where(call => DenoiserCall.Fits(call.Value, golden.Bundle)))
            {
                var rows = new DenoiserCall(call.Value, golden.Bundle);
                check.Compare($"{golden.Name}, {call.Name}", rows.Predict(here), rows.Predict(there));
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Pair_of_graphs_gives_the_processors_predictions_batch_after_batch()
    {
        DeviceOptions device = Require();
        using var bundle = new PairBundle();
        var options = new OnnxOptions { MaxBatch = 4 };
        using OnnxDiffusionModel here = new(bundle.Load(), options), there = new(bundle.Load(), options, device);
        using DenoisingBatch expected = here.CreateBatch(), found = there.CreateBatch();
        var check = new GoldenCheck($"encoder and decoder on {Cuda}", Single);

        foreach ((int call, string slots) in ((string[])["0000", "0011", "0122", "0123", "0"]).Index())
        {
            foreach ((OnnxDiffusionModel model, DenoisingBatch batch) in ((OnnxDiffusionModel, DenoisingBatch)[])[(here, expected), (there, found)])
            {
                SlotRows.Fill(batch, slots, seed: call);
                model.PredictNoise(batch);
            }

            check.Compare($"slots {slots}", SlotRows.Answer(expected), SlotRows.Answer(found));
        }

        check.Report(output);
    }

    private static int Square(OnnxDiffusionModel model) => model.Manifest.Preprocessing.Size * model.Manifest.Preprocessing.Size;

    private static DeviceOptions Require()
    {
        var device = new DeviceOptions { Provider = Cuda };
        string? reason = DeviceProbe.Try(device, new OnnxOptions());
        Assert.SkipUnless(reason is null, $"No {Cuda} device works here: {reason}");
        return device;
    }
}
