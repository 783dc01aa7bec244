using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>
/// The engine's own noise, by way of the bench: it is drawn on the thread that fills batches, which so gets to count its allocations.
/// </summary>
internal sealed class MeteredNoise(ulong seed, FeederAllocations allocations) : INoiseSource
{
    private readonly GaussianNoise _noise = new(seed);

    public void Fill(int index, Span<float> destination)
    {
        _noise.Fill(index, destination);
        allocations.Note();
    }
}
