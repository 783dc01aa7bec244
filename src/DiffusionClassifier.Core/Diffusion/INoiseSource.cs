namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// The bank of noise draws ε_s that all labels of a request share. The same index always gives the same draw, on any thread and in any
/// order: that is what makes the comparison between labels paired, and a job resumable.
/// </summary>
public interface INoiseSource
{
    /// <summary>Fills <paramref name="destination"/> (C·H·W values) with draw number <paramref name="index"/>.</summary>
    void Fill(int index, Span<float> destination);
}
