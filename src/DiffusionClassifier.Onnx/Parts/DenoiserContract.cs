using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>What a denoiser's graph, or pair of graphs, takes and gives, checked, in the names of diffusers' exports. Immutable.</summary>
/// <param name="Graph">The graph, or the second of the two.</param>
/// <param name="Sample">x_t: planes [batch, C, H, W], or tokens of packed pixels.</param>
/// <param name="Timestep">t, [batch], or one for the whole batch.</param>
/// <param name="Size">What a row is.</param>
internal sealed record DenoiserContract(OnnxGraph Graph, GraphTensor Sample, GraphTensor Timestep, DenoiserSize Size)
{
    private const string TimestepName = "timestep";
    // Those of U-Nets, DiT and SiT; and of the transformers of diffusers, whose forward() is called so.
    private static readonly string[] SampleNames = ["sample", "hidden_states"];

    private const int BatchAxis = 0, PixelChannels = 3;

    /// <summary>The first of two graphs, and how they fit; null if there is one.</summary>
    public PairContract? Pair { get; private init; }

    /// <summary>What it is told about the label, and its constants; empty until a family has bound them.</summary>
    public IReadOnlyList<DenoiserInput> Inputs { get; init; } = [];

    /// <summary>All graphs, in the order in which they run.</summary>
    public IReadOnlyList<OnnxGraph> Graphs => Pair is { } pair ? [pair.Encoder, Graph] : [Graph];

    /// <summary>The prediction, in the form of <see cref="Sample"/> with <see cref="DenoiserSize.OutputChannels"/>.</summary>
    public GraphTensor Output => Graph.Outputs[0];

    /// <summary>C, H, W of a row's input.</summary>
    public LatentShape Shape => Size.Shape;

    /// <summary>The batch size that the export is fixed to, or null if it takes any.</summary>
    public int? FixedBatch => Sample.Dimensions[BatchAxis] is > 0 and var size ? (int)size : null;

    /// <summary>Whether all rows of a call share one timestep.</summary>
    public bool ScalarTimestep => Timestep.Rank == 0 || (Timestep.Dimensions[0] == 1 && FixedBatch != 1);

    public bool LearnedVariance => Size.Heads == 1 && Size.OutputChannels > Shape.Channels;

    /// <param name="folder">The folder with <c>encoder.onnx</c> and <c>decoder.onnx</c>, which go first, or <c>model.onnx</c>.</param>
    /// <param name="config">The folder's <c>config.json</c>.</param>
    /// <param name="vae">The VAE's, where it exists: it gives the size of the latents if the denoiser's says none.</param>
    /// <param name="told">The names of the inputs that tell it of the label.</param>
    /// <exception cref="BundleException">The graph is not one that this program can feed.</exception>
    public static DenoiserContract Read(string folder, JsonFile config, JsonFile? vae, IReadOnlyCollection<string> told)
    {
        if (PairContract.IsIn(folder))
            return ReadPair(folder, config, told);
        OnnxGraph graph = OnnxGraphReader.Read(Path.Combine(folder, OnnxGraph.FileName));
        string name = Array.Find(SampleNames, name => graph.Inputs.Any(input => input.Name == name)) ?? SampleNames[0];
        if (PackedTokens.IsIn(graph, name))
        {
            GraphTensor tokens = graph.Expect(name, TensorElements.Floats, PackedTokens.Rank);
            return new DenoiserContract(graph, tokens, ReadTimestep(graph, 0, 1), PackedTokens.ReadSize(graph, tokens, config, vae));
        }

        bool isTold = graph.Inputs.Any(input => told.Contains(input.Name));
        DenoiserSize size = Planes.ReadSize(graph, graph, graph.Input(name), config, isTold);
        return new DenoiserContract(graph, Planes.Read(graph, name), ReadTimestep(graph, 0, 1), size);
    }

    /// <summary>The input that is told t.</summary>
    /// <exception cref="BundleException">There is none, or not of this rank.</exception>
    public static GraphTensor ReadTimestep(OnnxGraph graph, params ReadOnlySpan<int> ranks) =>
        graph.Expect(TimestepName, TensorElements.Numbers, ranks);

    /// <summary>Checks that the denoiser can work without a VAE.</summary>
    /// <param name="hasDecoder">Whether the bundle has the VAE's other half.</param>
    /// <exception cref="BundleException">It sees something other than RGB images.</exception>
    public void RequirePixels(bool hasDecoder)
    {
        if (Shape.Channels == PixelChannels)
            return;
        throw new BundleException(Graph.File, $"without vae_encoder/ a model must see RGB images, not {Shape.Channels} channels."
            + (hasDecoder ? " The bundle has vae_decoder/ only, which makes images and does not read them: export the encoder too." : ""));
    }

    /// <summary>Checks that a denoiser with heads has one for each class.</summary>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="BundleException">It has more or fewer.</exception>
    public void RequireHeads(int classes)
    {
        if (Size.Heads > 1 && Size.Heads != classes)
        {
            throw new BundleException(Graph.File, $"it is told no label and puts out {Size.OutputChannels} channels, which would be "
                + $"{Size.Heads} classes of {Shape.Channels}; model_index.json names {classes}. Export one prediction for "
                + "each class, in their order.");
        }
    }

    private static DenoiserContract ReadPair(string folder, JsonFile config, IReadOnlyCollection<string> told)
    {
        (OnnxGraph encoder, OnnxGraph decoder) = PairContract.ReadGraphs(folder);
        GraphTensor sample = encoder.Input(SampleNames[0]);
        DenoiserSize size = Planes.ReadSize(encoder, decoder, sample, config, isTold: true);
        GraphTensor timestep = ReadTimestep(encoder, 1);
        return new DenoiserContract(decoder, Planes.Read(encoder, sample.Name), timestep, size)
        {
            Pair = PairContract.Read(encoder, sample, timestep, decoder, told),
        };
    }
}
