using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>What a VAE encoder's graph takes and gives, checked, in the names of optimum's and diffusers' exports. Immutable.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Output">
/// <c>latent_parameters</c> [batch, 2·C, h, w], means before log variances; or <c>latent_sample</c> [batch, C, h, w], a draw.
/// </param>
/// <param name="ImageSize">Width and height of the images, in pixels.</param>
/// <param name="Scale">The factor by which latents are multiplied, after <paramref name="Shift"/> is subtracted.</param>
/// <param name="Shift">What is subtracted from latents.</param>
internal sealed record VaeContract(OnnxGraph Graph, GraphTensor Output, int ImageSize, double Scale, double Shift)
{
    private const string SampleName = "sample", Parameters = "latent_parameters", Draw = "latent_sample";
    private const int BatchAxis = 0, ChannelAxis = 1, HeightAxis = 2, ImageRank = 4, PixelChannels = 3;
    private const double DefaultScale = 0.18215; // AutoencoderKL's own default, of Stable Diffusion 1 and 2 (diffusers, autoencoder_kl.py)
    private const int ChannelsOfDefaultScale = 4; // of their latents; VAEs with others have factors of their own
    private const int MaxImageSize = 1 << 13; // 8192 pixels a side: a damaged size becomes a message, not gigabytes

    /// <summary>The images, [batch, 3, <see cref="ImageSize"/>, <see cref="ImageSize"/>].</summary>
    public GraphTensor Sample => Graph.Input(SampleName);

    /// <summary>The batch size that the export is fixed to; 1 if it takes any.</summary>
    public int Batch => Sample.Dimensions[BatchAxis] is > 0 and var size ? (int)size : 1;

    /// <summary>Whether the output holds log variances after the means.</summary>
    public bool HasVariances => Output.Name == Parameters;

    /// <param name="folder">The folder with <c>model.onnx</c>.</param>
    /// <param name="denoiser">Whose latents it makes.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <exception cref="BundleException">The graph is not one that this program can feed, or does not fit the denoiser.</exception>
    public static VaeContract Read(string folder, DenoiserContract denoiser, List<string> warnings)
    {
        string configFile = Path.Combine(folder, "config.json");
        JsonFile? config = JsonFile.TryRead(configFile);
        OnnxGraph graph = OnnxGraphReader.Read(Path.Combine(folder, OnnxGraph.FileName));
        GraphTensor sample = graph.Expect(SampleName, TensorElements.Floats, ImageRank);
        if (sample.Dimensions[ChannelAxis] is not (PixelChannels or < 0))
            throw new BundleException(graph.File, $"the input {sample} is not supported: it must take RGB images.");
        GraphTensor output = FindOutput(graph);
        CheckChannels(graph, output, denoiser);
        if (config?.Integer("latent_channels") is { } latent && latent != denoiser.Shape.Channels)
            throw config.Complain("latent_channels", $"is {latent}; the denoiser takes {denoiser.Shape.Channels} channels.");
        if (output.Name == Draw)
        {
            warnings.Add("The VAE export draws a random latent (its output is 'latent_sample'): answers may differ a little from run to "
                + "run. Export it again with a newer optimum, whose output is 'latent_parameters'.");
        }

        if (config?.Number("scaling_factor") is null)
        {
            if (denoiser.Shape.Channels != ChannelsOfDefaultScale)
                throw new BundleException(configFile, "the file must have scaling_factor: copy it from the model's source.");
            warnings.Add(FormattableString.Invariant(
                $"vae_encoder/config.json gives no scaling_factor: {DefaultScale} is used, as in Stable Diffusion 1 and 2."));
        }

        int size = FindImageSize(graph, output, denoiser, config)
            ?? throw new BundleException(configFile, "the size of the images is unknown: the file must have block_out_channels or "
                + "sample_size; copy it from the model's source.");
        if (size is < 1 or > MaxImageSize)
            throw new BundleException(configFile, $"images of {size}×{size} pixels are larger than any model's.");
        if (sample.Dimensions[HeightAxis] is > 0 and var height && height != size)
        {
            throw new BundleException(graph.File,
                $"the graph is fixed to images of {height} pixels; the denoiser's latents of {denoiser.Shape.Height} need {size}.");
        }

        return new VaeContract(graph, output, size, config?.Number("scaling_factor") ?? DefaultScale, config?.Number("shift_factor") ?? 0);
    }

    private static GraphTensor FindOutput(OnnxGraph graph) =>
        graph.Outputs.FirstOrDefault(output => output is { Name: Parameters or Draw, Rank: ImageRank } && output.Element.IsFloat())
        ?? throw new BundleException(graph.File, $"it must put out '{Parameters}' or '{Draw}' as [batch, channels, height, width]; "
            + $"its outputs are {string.Join(", ", graph.Outputs)}.");

    private static void CheckChannels(OnnxGraph graph, GraphTensor output, DenoiserContract denoiser)
    {
        int expected = output.Name == Parameters ? 2 * denoiser.Shape.Channels : denoiser.Shape.Channels;
        if (output.Dimensions[ChannelAxis] is > 0 and var channels && channels != expected)
            throw new BundleException(graph.File, $"'{output.Name}' has {channels} channels; the denoiser's latents need {expected}.");
    }

    private static int? FindImageSize(OnnxGraph graph, GraphTensor output, DenoiserContract denoiser, JsonFile? config)
    {
        (int latent, GraphTensor sample) = (denoiser.Shape.Height, graph.Input(SampleName));
        if (config?.Numbers("block_out_channels") is { Count: > 0 and <= 16 } blocks) // each block but the last halves the image
            return checked((int)Math.Min((long)latent << (blocks.Count - 1), int.MaxValue));
        if (sample.Dimensions[HeightAxis] > 0 && output.Dimensions[HeightAxis] > 0)
            return (int)(latent * sample.Dimensions[HeightAxis] / output.Dimensions[HeightAxis]);
        return config?.Integer("sample_size") ?? latent * LostConfig.FindReduction(graph);
    }
}
