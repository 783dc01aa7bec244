using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>What the models of the golden data must keep beside the numbers: no garbage, equal rows in every bucket, and warnings.</summary>
public sealed class LatentModelGoldenTests(ITestOutputHelper output)
{
    private const int MaxBytesOfACall = 512;

    [Fact]
    public void A_call_with_any_kind_of_input_allocates_a_fixed_amount_whatever_the_rows()
    {
        int models = 0;
        foreach (GoldenBundle golden in GoldenBundle.All)
        {
            using OnnxDiffusionModel model = golden.Open();
            using DenoisingBatch batch = Filled(model);

            long smallest = AllocatedPerCall(model, batch, model.Buckets[0]), largest = AllocatedPerCall(model, batch, model.Buckets[^1]);

            output.WriteLine($"{golden.Name}: managed bytes a call: {smallest} with {model.Buckets[0]} rows, {largest} with {model.Buckets[^1]}");
            Assert.Equal(smallest, largest);
            Assert.InRange(smallest, 0, MaxBytesOfACall);
            models++;
        }

        Assert.SkipWhen(models == 0, "The golden data has no bundle.");
    }

    [Fact]
    public void A_row_has_the_same_prediction_in_every_batch_size()
    {
        var check = new GoldenCheck("denoiser output, between batch sizes", new Tolerance(2e-5));
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => !golden.IsHalf))
        {
            using OnnxDiffusionModel model = golden.Open();
            using DenoisingBatch batch = Filled(model);
            float[]? first = null;
            foreach (int bucket in model.Buckets)
            {
                batch.Bucket = bucket;
                model.PredictNoise(batch);
                check.Compare($"{golden.Name}, {bucket} rows", first ??= batch.Predicted(0).ToArray(), batch.Predicted(0));
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Many_prompts_keep_their_order_and_those_that_were_cut_are_warned_of()
    {
        int models = 0;
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.Bundle.Model.Text is not null))
        {
            using OnnxDiffusionModel model = golden.Open();
            int capacity = golden.Bundle.Model.Text!.Tokens - 2;
            string tooLong = string.Join(' ', Enumerable.Repeat("cat", capacity + 1)), full = string.Join(' ', Enumerable.Repeat("cat", capacity));
            string[] prompts = [.. Enumerable.Range(0, 40).Select(i => i == 35 ? tooLong : i == 36 ? full : $"a photo of {i}")];

            IReadOnlyList<Conditioning> encoded = model.EncodePrompts(prompts);

            Assert.Equal($"The prompt '{tooLong}' was cut after {capacity} tokens.", Assert.Single(encoded, conditioning => conditioning.Warning is not null).Warning);
            Assert.NotNull(encoded[35].Warning);
            foreach (int i in (int[])[0, 15, 16, 39])
            {
                float[] alone = ((TextConditioning)model.EncodePrompts([prompts[i]])[0]).HiddenStates, among = ((TextConditioning)encoded[i]).HiddenStates;
                Assert.InRange(alone.Zip(among).Max(pair => Math.Abs(pair.First - pair.Second)), 0, golden.IsHalf ? 1e-2 : 1e-5);
            }

            models++;
        }

        Assert.SkipWhen(models == 0, "The golden data has no text-conditional bundle.");
    }

    private static DenoisingBatch Filled(OnnxDiffusionModel model)
    {
        DenoisingBatch batch = model.CreateBatch();
        Array.Fill(batch.Conditionings, model.EncodePrompts([model.Manifest.Classes is [var first, ..] ? first : "a photo"])[0]);
        Array.Fill(batch.Timesteps, model.Manifest.TimestepFrom + 1);
        for (int row = 0; row < batch.Capacity; row++)
            batch.Noised(row).Fill(0.1f * (row + 1));
        return batch;
    }

    private static long AllocatedPerCall(OnnxDiffusionModel model, DenoisingBatch batch, int bucket)
    {
        batch.Bucket = bucket;
        return Allocations.Of(() => model.PredictNoise(batch)); // call by call: a collection in between counts what is left of the thread's buffer
    }
}
