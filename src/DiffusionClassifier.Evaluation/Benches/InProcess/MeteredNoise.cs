using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>
/// The engine's own noise, through the bench: it is drawn on the thread that fills batches, which can then count its allocations.
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
