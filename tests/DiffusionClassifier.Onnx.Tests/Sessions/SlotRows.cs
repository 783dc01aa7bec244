using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>Rows that share images and timesteps by slot, as the engine fills them.</summary>
internal static class SlotRows
{
    private const int Classes = 3; // of TinyPair

    /// <summary>Fills a batch with one row for each digit of <paramref name="slots"/>, its slot. Every slot has its own image and timestep, every row its class.</summary>
    public static void Fill(DenoisingBatch batch, string slots, int seed)
    {
        batch.Bucket = slots.Length;
        for (int row = 0; row < slots.Length; row++)
        {
            int slot = batch.Slots[row] = slots[row] - '0';
            var random = new Random(1000 * seed + slot);
            foreach (ref float value in batch.Noised(row))
                value = 2 * random.NextSingle() - 1;
            batch.Timesteps[row] = 100 * (slot + 1) + seed;
            batch.Conditionings[row] = new ClassConditioning(row % Classes);
        }
    }

    /// <summary>What the model said of all rows.</summary>
    public static float[] Answer(DenoisingBatch batch) => [.. Enumerable.Range(0, batch.Bucket).SelectMany(row => batch.Predicted(row).ToArray())];
}
