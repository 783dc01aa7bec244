using System.Numerics.Tensors;

namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// Standard normal noise keyed by (seed, index): Philox4x32-10 turned into normals by Box–Muller, in double, so that every machine
/// rounds to the same floats. Immutable and thread-safe.
/// </summary>
public sealed class GaussianNoise(ulong seed) : INoiseSource
{
    private const double ToUnit = 1.0 / 4294967296.0; // 2⁻³²
    private const int Pairs = 256; // normals are made in pairs, this many at once: long enough to vectorize, 8 KiB of stack

    public void Fill(int index, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Span<double> radius = stackalloc double[Pairs], angle = stackalloc double[Pairs], sine = stackalloc double[Pairs];
        Span<float> normals = stackalloc float[2 * Pairs];
        // Always whole blocks: a value must not depend on the length of the draw, not even in how it was rounded.
        for (int start = 0; start < destination.Length; start += normals.Length)
        {
            Uniforms(index, start, radius, angle);
            BoxMuller(radius, angle, sine, normals);
            normals[..Math.Min(normals.Length, destination.Length - start)].CopyTo(destination[start..]);
        }
    }

    // u in (0, 1], whose logarithm is finite, and an angle in [0, 2π); a block of Philox gives two pairs.
    private void Uniforms(int index, int start, Span<double> u, Span<double> angle)
    {
        for (int pair = 0; pair < Pairs; pair += 2)
        {
            (uint x0, uint x1, uint x2, uint x3) =
                Philox.Block(seed, (uint)(start / 4 + pair / 2), 0, (uint)index, (uint)RandomPurpose.Noise);
            (u[pair], angle[pair]) = ((x0 + 1.0) * ToUnit, 2 * Math.PI * ToUnit * x1);
            (u[pair + 1], angle[pair + 1]) = ((x2 + 1.0) * ToUnit, 2 * Math.PI * ToUnit * x3);
        }
    }

    // √(−2·ln u)·(cos, sin): two independent normals from each pair.
    private static void BoxMuller(Span<double> u, Span<double> angle, Span<double> sine, Span<float> normals)
    {
        TensorPrimitives.Log<double>(u, u);
        TensorPrimitives.Multiply(u, -2, u);
        TensorPrimitives.Sqrt<double>(u, u);
        TensorPrimitives.Sin<double>(angle, sine);
        TensorPrimitives.Cos<double>(angle, angle);
        for (int pair = 0; pair < Pairs; pair++)
        {
            normals[2 * pair] = (float)(u[pair] * angle[pair]);
            normals[2 * pair + 1] = (float)(u[pair] * sine[pair]);
        }
    }
}
