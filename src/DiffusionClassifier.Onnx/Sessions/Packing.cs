using System.Numerics;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// Planes of pixels to tokens and back: number c·p² + dy·p + dx of token (y, x) is pixel (p·y + dy, p·x + dx) of channel c (diffusers,
/// pipeline_flux.py <c>_pack_latents</c>). Stateless.
/// </summary>
internal static class Packing
{
    /// <param name="planes">C·H·W values.</param>
    /// <param name="tokens">As many.</param>
    /// <param name="shape">C, H, W.</param>
    /// <param name="patch">p, which divides H and W.</param>
    public static void Pack<T>(ReadOnlySpan<float> planes, Span<T> tokens, LatentShape shape, int patch)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < planes.Length; i++)
            tokens[Place(i, shape, patch)] = T.CreateSaturating(planes[i]);
    }

    /// <inheritdoc cref="Pack"/>
    public static void Unpack<T>(ReadOnlySpan<T> tokens, Span<float> planes, LatentShape shape, int patch)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < planes.Length; i++)
            planes[i] = float.CreateSaturating(tokens[Place(i, shape, patch)]);
    }

    private static int Place(int index, LatentShape shape, int patch)
    {
        (int rest, int x) = Math.DivRem(index, shape.Width);
        (int channel, int y) = Math.DivRem(rest, shape.Height);
        int token = y / patch * (shape.Width / patch) + x / patch;
        return (token * shape.Channels + channel) * patch * patch + y % patch * patch + x % patch;
    }
}
