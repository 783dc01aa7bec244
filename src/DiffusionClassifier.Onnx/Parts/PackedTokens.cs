using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>
/// Reads the sizes of denoisers that see squares of 2×2 latent pixels as tokens, [batch, H/2·W/2, 4·C]: FLUX (diffusers,
/// pipeline_flux.py <c>_pack_latents</c>). Stateless.
/// </summary>
internal static class PackedTokens
{
    /// <summary>The rank of x_t.</summary>
    public const int Rank = 3;

    private const int Patch = 2, TokenAxis = 1, WidthAxis = 2;

    /// <summary>Whether an input takes tokens.</summary>
    public static bool IsIn(OnnxGraph graph, string name) => graph.Inputs.Any(input => input.Name == name && input.Rank == Rank);

    /// <param name="graph">The denoiser.</param>
    /// <param name="sample">Its x_t.</param>
    /// <param name="config">Its config.json.</param>
    /// <param name="vae">The VAE's, which knows for what size of images the model was made: the transformer takes any.</param>
    /// <exception cref="BundleException">The sizes are unknown, contradict each other, or are no classifier's.</exception>
    public static DenoiserSize ReadSize(OnnxGraph graph, GraphTensor sample, JsonFile config, JsonFile? vae)
    {
        int width = ReadWidth(graph, sample, config);
        if (graph.Outputs is not [{ Rank: Rank } output, ..] || !output.Element.IsFloat())
            throw new BundleException(graph.File, "its first output must be a float tensor [batch, tokens, width].");
        int predicted = output.Dimensions[WidthAxis] is > 0 and var fixedWidth ? (int)fixedWidth : config.Integer("out_channels") ?? width;
        if (predicted != width)
        {
            throw new BundleException(graph.File, $"it takes tokens of {width} numbers and predicts {predicted}: a model that wants more "
                + "than the latent (a mask, a depth map, a source image) is not supported; use the base model.");
        }

        int side = FindSide(graph, sample, config, vae);
        var shape = new LatentShape(width / (Patch * Patch), side, side);
        Planes.RequirePossible(graph, shape);
        return new DenoiserSize(shape, shape.Channels, Patch);
    }

    private static int ReadWidth(OnnxGraph graph, GraphTensor sample, JsonFile config)
    {
        long inGraph = sample.Dimensions[WidthAxis];
        int width = config.Integer("in_channels") ?? (inGraph > 0 ? (int)inGraph : throw config.Complain("in_channels", "is missing."));
        if (inGraph > 0 && inGraph != width)
            throw new BundleException(graph.File, $"the graph is fixed to {inGraph}, but config.json says in_channels = {width}.");
        return width > 0 && width % (Patch * Patch) == 0
            ? width
            : throw config.Complain("in_channels", $"is {width}; a token must hold {Patch}×{Patch} pixels.");
    }

    // H = W of the latents.
    private static int FindSide(OnnxGraph graph, GraphTensor sample, JsonFile config, JsonFile? vae)
    {
        long tokens = sample.Dimensions[TokenAxis];
        int? fixedSide = tokens > 0 ? Patch * (int)Math.Round(Math.Sqrt(tokens)) : null;
        if (fixedSide is { } root && (long)(root / Patch) * (root / Patch) != tokens)
            throw new BundleException(graph.File, $"it must see squares; {tokens} tokens are none.");
        int side = fixedSide ?? config.Integer("sample_size") ?? SideOf(vae)
            ?? throw config.Complain("sample_size", "is missing, and neither the graph nor vae_encoder/config.json fixes it.");
        return side > 0 && side % Patch == 0
            ? side
            : throw config.Complain("sample_size", $"is {side}; latents must be made of {Patch}×{Patch} pixels.");
    }

    private static int? SideOf(JsonFile? vae) => vae?.Numbers("block_out_channels") is { Count: > 0 and <= 16 } blocks
        ? vae.Integer("sample_size") >> (blocks.Count - 1)
        : null;
}
