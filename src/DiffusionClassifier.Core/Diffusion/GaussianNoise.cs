namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// Standard normal noise keyed by (seed, index): Philox4x32-10 turned into normals by Box–Muller, in double, so that every machine
/// rounds to the same floats. Immutable and thread-safe.
/// </summary>
public sealed class GaussianNoise(ulong seed) : INoiseSource
{
    private const double ToUnit = 1.0 / 4294967296.0; // 2⁻³²

    public void Fill(int index, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Span<float> block = stackalloc float[4];
        for (int start = 0; start < destination.Length; start += 4)
        {
            (uint x0, uint x1, uint x2, uint x3) = Philox.Block(seed, (uint)(start / 4), 0, (uint)index, (uint)RandomStream.Noise);
            (block[0], block[1]) = BoxMuller(x0, x1);
            (block[2], block[3]) = BoxMuller(x2, x3);
            block[..Math.Min(4, destination.Length - start)].CopyTo(destination[start..]);
        }
    }

    private static (float, float) BoxMuller(uint x, uint y)
    {
        double radius = Math.Sqrt(-2 * Math.Log((x + 1.0) * ToUnit)); // x + 1: the logarithm never sees 0
        (double sin, double cos) = Math.SinCos(2 * Math.PI * y * ToUnit);
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
