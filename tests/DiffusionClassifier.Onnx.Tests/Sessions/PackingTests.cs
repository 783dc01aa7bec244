using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Sessions;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>Planes of pixels become tokens of 2×2 pixels and back.</summary>
public sealed class PackingTests
{
    private static readonly LatentShape Shape = new(Channels: 2, Height: 4, Width: 6);

    [Fact]
    public void A_token_holds_each_channels_square_in_reading_order()
    {
        float[] planes = [.. Enumerable.Range(0, Shape.Length).Select(i => (float)i)];
        var tokens = new float[planes.Length];

        Packing.Pack<float>(planes, tokens, Shape, patch: 2);

        Assert.Equal([0, 1, 6, 7, 24, 25, 30, 31], tokens[..8]); // token (0, 0): both channels
        Assert.Equal([2, 3, 8, 9], tokens[8..12]); // token (0, 1), first channel
        Assert.Equal([12, 13, 18, 19], tokens[24..28]); // token (1, 0), first channel
    }

    [Fact]
    public void Unpacking_undoes_packing()
    {
        float[] planes = [.. Enumerable.Range(0, Shape.Length).Select(i => i * 0.25f)];
        var tokens = new Half[planes.Length];
        var back = new float[planes.Length];

        Packing.Pack(planes, tokens, Shape, patch: 2);
        Packing.Unpack<Half>(tokens, back, Shape, patch: 2);

        Assert.Equal(planes, back);
    }
}
