namespace DiffusionClassifier.Core.Models;

/// <summary>
/// The buffers of one denoiser call: up to <see cref="Capacity"/> rows, of which a call uses the first <see cref="Bucket"/>. All arrays are
/// pinned and live as long as the batch, so a call allocates nothing. Made by <see cref="IDiffusionModel.CreateBatch"/>; owned by
/// the thread that asked for it, and touched by one thread at a time.
/// </summary>
/// <remarks>
/// Rows that belong to one image and trial share a slot: ε is drawn once per slot, and a model may compute per slot what does not depend
/// on the label.
/// </remarks>
public abstract class DenoisingBatch : IDisposable
{
    private readonly Memory<float> _noise, _noised, _predicted;

    /// <param name="shape">C, H, W of a row's input.</param>
    /// <param name="capacity">The largest number of rows.</param>
    /// <param name="outputChannels">
    /// Channels of a row's output: C, 2·C if the denoiser also predicts its variance, <paramref name="heads"/>·C if it has heads.
    /// </param>
    /// <param name="heads">How many classes a row's output is for, one after the other; 1: it is for the row's own label.</param>
    protected DenoisingBatch(LatentShape shape, int capacity, int outputChannels, int heads = 1)
    {
        Shape = shape;
        Capacity = capacity;
        Heads = heads;
        OutputShape = shape with { Channels = outputChannels };
        _noise = PinnedMemory.Allocate<float>(checked(shape.Length * capacity));
        _noised = PinnedMemory.Allocate<float>(checked(shape.Length * capacity));
        _predicted = PinnedMemory.Allocate<float>(checked(OutputShape.Length * capacity));
        Timesteps = GC.AllocateArray<long>(capacity, pinned: true);
        Slots = new int[capacity];
        Conditionings = new Conditioning?[capacity];
    }

    public LatentShape Shape { get; }

    /// <summary>The shape of a row's output.</summary>
    public LatentShape OutputShape { get; }

    /// <summary>The largest number of rows.</summary>
    public int Capacity { get; }

    /// <summary>How many classes a row's output is for; 1: it is for the row's own label.</summary>
    public int Heads { get; }

    /// <summary>The exact batch size of the next call, one of the model's <see cref="IDiffusionModel.Buckets"/>.</summary>
    public int Bucket { get; set; }

    /// <summary>t of each row.</summary>
    public long[] Timesteps { get; }

    /// <summary>The slot of each row: equal for rows that share image and trial, counted from 0 in row order.</summary>
    public int[] Slots { get; }

    /// <summary>What each row's label is to the model; set for every row of the bucket before a call.</summary>
    public Conditioning?[] Conditionings { get; }

    /// <summary>x_t of every row, [Capacity, C, H, W].</summary>
    protected Memory<float> AllNoised => _noised;

    /// <summary>The denoiser's output for every row, [Capacity, output channels, H, W].</summary>
    protected Memory<float> Predictions => _predicted;

    /// <summary>ε of a slot, C·H·W values.</summary>
    public Span<float> Noise(int slot) => Slice(_noise, slot, Shape);

    /// <summary>x_t of a row, C·H·W values.</summary>
    public Span<float> Noised(int row) => Slice(_noised, row, Shape);

    /// <summary>The denoiser's output for a row, C·H·W values, in its own parameterization; of its head, if it has several.</summary>
    public Span<float> Predicted(int row, int head = 0) => Slice(_predicted, row, OutputShape).Slice(head * Shape.Length, Shape.Length);

    /// <summary>All of the denoiser's output for a row: of every head, with the variance if it predicts that.</summary>
    public Span<float> AllPredicted(int row) => Slice(_predicted, row, OutputShape);

    /// <summary>The denoiser's output for a row's variance, C·H·W values between −1 and 1; empty if it predicts none.</summary>
    public Span<float> PredictedVariance(int row) => Heads > 1 ? [] : Slice(_predicted, row, OutputShape)[Shape.Length..];

    /// <summary>
    /// Sends the rows of the bucket to where the denoiser reads them; they need not be there when it returns. Called by the thread that
    /// wrote them, while the device may run another batch.
    /// </summary>
    public virtual void Upload()
    {
    }

    /// <summary>
    /// Waits until the denoiser's answer for the rows of the bucket is in <see cref="Predicted"/>. Called by the thread that reads it,
    /// while the device may run another batch.
    /// </summary>
    public virtual void Download()
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private static Span<float> Slice(Memory<float> values, int index, LatentShape shape) =>
        values.Span.Slice(index * shape.Length, shape.Length);
}
