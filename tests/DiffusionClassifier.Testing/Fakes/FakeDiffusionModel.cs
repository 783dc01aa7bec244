using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>
/// A denoiser that is a formula: its answer for a row depends on x_t, the class or prompt and the timestep of that row alone, so any mix-up
/// of rows, slots, images or conditionings changes an answer. It is of whatever kind its manifest says: for classes, one or all at once, or
/// text, with or without learned variance, for one timestep in a batch or many.
/// </summary>
public sealed class FakeDiffusionModel(ModelManifest manifest, params int[] buckets) : IDiffusionModel
{
    private int _running;

    public ModelManifest Manifest { get; } = manifest;

    public IReadOnlyList<int> Buckets { get; } = buckets;

    /// <summary>Called before the buffers of a batch are made.</summary>
    public Action? BeforeCreateBatch { get; set; }

    /// <summary>Called before every batch, on the device's thread: throw or block here.</summary>
    public Action<DenoisingBatch>? BeforePredict { get; set; }

    /// <summary>Called after every batch, which it may spoil.</summary>
    public Action<DenoisingBatch>? AfterPredict { get; set; }

    /// <summary>Called before every image is encoded.</summary>
    public Action<PixelImage>? BeforeEncode { get; set; }

    /// <summary>The warning that the conditioning of a prompt comes with, if any.</summary>
    public Func<string, string?> WarningOf { get; set; } = _ => null;

    /// <summary>What it reads of a prompt; prompts of which it reads the same are the same to it.</summary>
    public Func<string, string> ReadAs { get; set; } = prompt => prompt;

    /// <summary>Every prompt or class that it was ever given to encode, in order; the first is that of the warm-up.</summary>
    public List<string> EncodedPrompts { get; } = [];

    public int Batches { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>The predicted noise.</summary>
    /// <param name="noised">The same element of x_t.</param>
    /// <param name="condition">The class, or <see cref="PromptId"/> of the prompt.</param>
    /// <param name="timestep">t.</param>
    /// <param name="element">Its index in the row.</param>
    public static float Predict(float noised, long condition, long timestep, int element) =>
        noised * (0.5f + 0.03125f * ((condition * 7 + timestep) % 5)) + 0.01f * ((condition * 13 + element) % 11) - 0.0001f * timestep;

    /// <summary>What a model with learned variance says of it, between −1 and 1.</summary>
    /// <inheritdoc cref="Predict(float, long, long, int)"/>
    public static float PredictVariance(long condition, long timestep, int element) => 0.1f * ((condition * 5 + timestep * 3 + element) % 21 - 10);

    /// <summary>The number that stands for a prompt: FNV-1a, so that similar prompts have different ones.</summary>
    public static long PromptId(string prompt) => prompt.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619) & 0xFFFF;

    public Latent EncodeImage(PixelImage image)
    {
        BeforeEncode?.Invoke(image);
        return new Latent(image.Values, Manifest.Latent);
    }

    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts)
    {
        EncodedPrompts.AddRange(prompts);
        return [.. prompts.Select(EncodePrompt)];
    }

    public DenoisingBatch CreateBatch()
    {
        BeforeCreateBatch?.Invoke();
        return new FakeDenoisingBatch(Manifest, Buckets[^1]);
    }

    public void Run(DenoisingBatch batch)
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

    private Conditioning EncodePrompt(string prompt) => Manifest.Conditioning == ConditioningKind.Text
        ? new TextConditioning([PromptId(ReadAs(prompt))], 1, 1, WarningOf(prompt))
        : new ClassConditioning(Manifest.Classes.Index().First(pair => string.Equals(pair.Item, prompt, StringComparison.OrdinalIgnoreCase)).Index);

    private void Predict(DenoisingBatch batch)
    {
        Assert.Contains(batch.Bucket, Buckets);
        if (Manifest.ScalarTimestep)
            Assert.All(batch.Timesteps[..batch.Bucket], timestep => Assert.Equal(batch.Timesteps[0], timestep));
        Batches++;
        BeforePredict?.Invoke(batch);
        for (int row = 0; row < batch.Bucket; row++)
        {
            for (int head = 0; head < batch.Heads; head++)
                Predict(batch, row, head);
        }

        AfterPredict?.Invoke(batch);
    }

    private static void Predict(DenoisingBatch batch, int row, int head)
    {
        long condition = batch.Heads > 1 ? head : batch.Conditionings[row] is TextConditioning text ? (long)text.HiddenStates[0] : ((ClassConditioning)batch.Conditionings[row]!).ClassId;
        ReadOnlySpan<float> noised = batch.Noised(row);
        Span<float> predicted = batch.Predicted(row, head), variance = batch.PredictedVariance(row);
        for (int i = 0; i < predicted.Length; i++)
            predicted[i] = Predict(noised[i], condition, batch.Timesteps[row], i);
        for (int i = 0; i < variance.Length; i++)
            variance[i] = PredictVariance(condition, batch.Timesteps[row], i);
    }
}
