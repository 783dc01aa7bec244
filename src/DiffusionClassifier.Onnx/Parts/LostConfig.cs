using System.Text.Json.Nodes;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>
/// Stands in for the config.json that exports from before optimum do not have (diffusers, convert_stable_diffusion_checkpoint_to_onnx.py),
/// where graph and weights leave one reading only. Everything else is refused, with the file to fetch.
/// </summary>
internal static class LostConfig
{
    /// <summary>The name of the file, in every folder of a bundle.</summary>
    public const string FileName = "config.json";

    private const string States = "encoder_hidden_states", FirstConvolution = "conv_in.weight", LastConvolution = "conv_out.weight";
    private const int ChannelAxis = 1, WidthAxis = 2, HeightAxis = 2, StatesRank = 3, ImageRank = 4;

    // The published config.json files of Stable Diffusion's U-Nets: latents of 4 channels, 320 features, and by the width of the text
    // encoder 768 (1.x, 64×64 latents) or 1024 (2.x, 64×64, or 96×96 where v is predicted).
    private const int LatentChannels = 4, Features = 320, WidthOf1 = 768, WidthOf2 = 1024, SampleSize = 64, SampleSizeOfV = 96;

    /// <summary>What config.json would say of a denoiser: the file, or what is left in its place.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="folder">The denoiser's.</param>
    /// <param name="warnings">Gets what was assumed.</param>
    /// <exception cref="BundleException">The file is missing, and graph and weights do not tell what it would say.</exception>
    public static JsonFile OfDenoiser(string root, string folder, List<string> warnings)
    {
        string file = Path.Combine(folder, FileName);
        if (JsonFile.TryRead(file) is { } config)
            return config;
        string path = Path.Combine(folder, OnnxGraph.FileName);
        if (!File.Exists(path))
            throw new BundleException(file, "the file is missing.");
        OnnxGraph graph = OnnxGraphReader.Read(path);
        if (graph.Inputs.FirstOrDefault(input => input.Name == "sample") is not { Rank: ImageRank } sample)
            throw Fetch(file, "what the model sees");
        long channels = Known(sample.Dimensions[ChannelAxis], graph.Weights.GetValueOrDefault(FirstConvolution)?.ElementAtOrDefault(1))
            ?? throw Fetch(file, "the number of its channels (in_channels)");
        JsonObject read = new() { ["in_channels"] = channels };
        if (graph.Weights.GetValueOrDefault(LastConvolution) is [> 0 and var predicted, ..])
            read["out_channels"] = predicted;
        if (sample.Dimensions[HeightAxis] > 0)
        {
            warnings.Add($"{Path.GetFileName(folder)}/{FileName} is missing: the sizes that it would give are taken from the graph.");
        }
        else
        {
            (string name, int size) = FindFamily(root, graph, channels)
                ?? throw Fetch(file, "the size of its latents (sample_size): graph and weights would allow several");
            read["sample_size"] = size;
            warnings.Add($"{Path.GetFileName(folder)}/{FileName} is missing: judging by its graph and weights, the model is {name}, "
                + $"with latents of {channels}×{size}×{size}. To be sure, copy the file from the model's source.");
        }

        return JsonFile.Of(file, read);
    }

    /// <summary>By how much a VAE encoder makes an image smaller, going by its weights; null: they do not tell.</summary>
    public static int? FindReduction(OnnxGraph vae)
    {
        int halvings = vae.Weights.Keys.Count(name =>
            name.StartsWith("encoder.down_blocks.", StringComparison.Ordinal)
                && name.EndsWith(".downsamplers.0.conv.weight", StringComparison.Ordinal));
        return halvings > 0 ? 1 << halvings : null;
    }

    private static (string Name, int SampleSize)? FindFamily(string root, OnnxGraph graph, long channels)
    {
        GraphTensor? states = graph.Inputs.FirstOrDefault(input => input is { Name: States, Rank: StatesRank });
        bool isOther = graph.Weights.GetValueOrDefault(FirstConvolution) is [var features, ..] && features != Features;
        if (channels != LatentChannels || isOther)
            return null;
        string? prediction = JsonFile.TryRead(Path.Combine(root, "scheduler", "scheduler_config.json"))?.Text("prediction_type");
        return (states?.Dimensions[WidthAxis], prediction) switch
        {
            (WidthOf1, null or "epsilon") => ("Stable Diffusion 1.x", SampleSize),
            (WidthOf2, "epsilon") => ("Stable Diffusion 2.x (512 pixels)", SampleSize),
            (WidthOf2, "v_prediction") => ("Stable Diffusion 2.x (768 pixels)", SampleSizeOfV),
            _ => null,
        };
    }

    private static long? Known(long inGraph, long? inWeights) => inGraph > 0 ? inGraph : inWeights is > 0 ? inWeights : null;

    private static BundleException Fetch(string file, string unknown) => new(file,
        $"the file is missing, and nothing else tells {unknown}: copy it from the model's source, "
            + $"where it is in the folder '{Path.GetFileName(Path.GetDirectoryName(file))}'.");
}
