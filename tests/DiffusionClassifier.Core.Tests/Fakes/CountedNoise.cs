using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Noise of which the test knows how often it was drawn: once for every trial in every batch, when the batch is filled.</summary>
internal sealed class CountedNoise(int awaited) : INoiseSource
{
    private readonly GaussianNoise _noise = new(seed: 0);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _drawn;

    /// <summary>Completes with the draw that is awaited.</summary>
    public Task Reached => _reached.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void Fill(int index, Span<float> destination)
    {
        _noise.Fill(index, destination);
        if (Interlocked.Increment(ref _drawn) == awaited)
            _reached.TrySetResult();
    }
}
