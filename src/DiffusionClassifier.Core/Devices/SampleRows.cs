using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// What a model is warmed up with: rows as those of requests, at timesteps over its whole range, so that a model whose numbers are not
/// finite shows before it is asked. Stateless.
/// </summary>
internal static class SampleRows
{
    private const int Seed = 1;
    private const string Prompt = "a photo"; // any text will do
    private const double GoldenRatio = 0.6180339887498949; // however few slots there are, their timesteps lie far apart

    /// <summary>Fills a whole batch; the first row has the last timestep.</summary>
    /// <exception cref="NotFiniteException">An encoder's numbers are not finite.</exception>
    public static void Fill(IDiffusionModel model, DenoisingBatch batch)
    {
        ModelManifest manifest = model.Manifest;
        var noise = new GaussianNoise(Seed);
        Latent latent = model.EncodeImage(PixelImage.Gradient(manifest.Preprocessing.Size));
        if (!Finite.All<float>(latent.Values))
            throw new NotFiniteException(manifest.Id, "the encoded image", manifest.IsHalf);
        Array.Fill(batch.Conditionings, model.EncodePrompts([manifest.Classes is [string first, ..] ? first : Prompt])[0]);
        // The last timestep: a model that has a table of them may know fewer than its schedule has.
        (int range, int last) = (manifest.TimestepTo - manifest.TimestepFrom, manifest.TimestepTo - 1);
        for (int row = 0; row < batch.Capacity; row++)
        {
            int slot = batch.Slots[row] = SlotOf(row, manifest);
            batch.Timesteps[row] = manifest.ScalarTimestep ? last : last - (int)(slot * GoldenRatio % 1 * range);
            noise.Fill(slot, batch.Noise(slot));
            manifest.Process.AddNoise(latent.Values, batch.Noise(slot), (int)batch.Timesteps[row], batch.Noised(row));
        }
    }

    /// <summary>Looks at what the model said.</summary>
    /// <exception cref="NotFiniteException">Some of it is not finite.</exception>
    public static void Check(IDiffusionModel model, DenoisingBatch batch)
    {
        int notFinite = 0;
        for (int row = 0; row < batch.Bucket; row++)
            notFinite += Finite.All<float>(batch.AllPredicted(row)) ? 0 : 1;
        if (notFinite > 0)
            throw new NotFiniteException(model.Manifest.Id, $"{notFinite} of {batch.Bucket} rows", model.Manifest.IsHalf);
    }

    // If the model computes once per slot what does not depend on the label, only large batches have many rows per slot: sized for rows
    // that share nothing, batches would be too small for rows that do. The longer times of requests with few labels are learned later.
    private static int SlotOf(int row, ModelManifest manifest) => row / manifest.RowsPerSlot;
}
