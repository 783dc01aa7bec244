using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>What a row is to a denoiser. Immutable.</summary>
/// <param name="Shape">C, H, W of its input.</param>
/// <param name="OutputChannels">
/// Channels of its output: C, 2·C where the denoiser also predicts its variance, <see cref="Heads"/>·C where it has heads.
/// </param>
/// <param name="Patch">
/// 1 for planes. More: the graph sees (H/Patch)·(W/Patch) tokens, each of C·Patch² numbers of a square of pixels.
/// </param>
internal sealed record DenoiserSize(LatentShape Shape, int OutputChannels, int Patch = 1)
{
    /// <summary>How many classes a row's output is for, one after the other; 1: it is for the label that the row is told.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>Tokens of a packed row; pixels of a plane otherwise.</summary>
    public int Tokens => Shape.Height / Patch * (Shape.Width / Patch);

    /// <summary>The sizes of a tensor of rows with a number of channels, as the graph has them; −1 stands for the number of rows.</summary>
    public long[] Layout(int channels) => Patch > 1
        ? [DenoiserInput.Rows, Tokens, (long)channels * Patch * Patch]
        : [DenoiserInput.Rows, channels, Shape.Height, Shape.Width];
}
