using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>
/// A denoiser that is a formula: its answer for a row depends on x_t, the class and the timestep of that row alone, so any mix-up of rows,
/// slots, images or conditionings changes an answer.
/// </summary>
public sealed class FakeDiffusionModel(ModelManifest manifest, params int[] buckets) : IDiffusionModel
{
    private int _running;

    public ModelManifest Manifest { get; } = manifest;

    public IReadOnlyList<int> Buckets { get; } = buckets;

    /// <summary>Called before every batch, on the device's thread: throw or block here.</summary>
    public Action<DenoisingBatch>? BeforePredict { get; set; }

    /// <summary>Called after every batch, which it may spoil.</summary>
    public Action<DenoisingBatch>? AfterPredict { get; set; }

    /// <summary>Called before every image is encoded.</summary>
    public Action<PixelImage>? BeforeEncode { get; set; }

    public int Batches { get; private set; }

    public bool IsDisposed { get; private set; }

    public static float Predict(float noised, long classId, long timestep, int element) =>
        noised * (0.5f + 0.03125f * ((classId * 7 + timestep) % 5)) + 0.01f * ((classId * 13 + element) % 11) - 0.0001f * timestep;

    public Latent EncodeImage(PixelImage image)
    {
        BeforeEncode?.Invoke(image);
        return new Latent(image.Values, Manifest.Latent);
    }

    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) => [.. prompts.Select(EncodePrompt)];


    private ClassConditioning EncodePrompt(string prompt) =>
        new(Manifest.Classes.Index().First(pair => string.Equals(pair.Item, prompt, StringComparison.OrdinalIgnoreCase)).Index);

    public DenoisingBatch CreateBatch() => new FakeDenoisingBatch(Manifest.Latent, Buckets[^1]);

    public void PredictNoise(DenoisingBatch batch)
    {
        Assert.Equal(1, Interlocked.Increment(ref _running)); // one caller at a time
        try
        {
            Predict(batch);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose() => IsDisposed = true;

    private void Predict(DenoisingBatch batch)
    {
        Assert.Contains(batch.Bucket, Buckets);
        Batches++;
        BeforePredict?.Invoke(batch);
        for (int row = 0; row < batch.Bucket; row++)
        {
            long classId = ((ClassConditioning)batch.Conditionings[row]!).ClassId;
            ReadOnlySpan<float> noised = batch.Noised(row);
            Span<float> predicted = batch.Predicted(row);
            for (int i = 0; i < predicted.Length; i++)
                predicted[i] = Predict(noised[i], classId, batch.Timesteps[row], i);
        }

        AfterPredict?.Invoke(batch);
    }
}
