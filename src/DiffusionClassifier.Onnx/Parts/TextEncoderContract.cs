using System.Globalization;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>What a text encoder's graph takes and gives, checked, and the tokenizer that goes before it. Immutable.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Config">Its config.json, if there is one.</param>
/// <param name="Tokenizer">The bundle's tokenizer.</param>
internal sealed record TextEncoderContract(OnnxGraph Graph, JsonFile? Config, ITextTokenizer Tokenizer)
{
    /// <summary>The output after the last layer.</summary>
    public const string LastHiddenState = "last_hidden_state";

    private const string Ids = "input_ids", MaskName = "attention_mask", Layers = "hidden_states.";
    private const int LeastTokens = 2, MostTokens = 8_192; // of T5: one of the text's and the end, and far more than any model reads
    private const int BatchAxis = 0, TokenAxis = 1, WidthAxis = 2, IdsRank = 2, StatesRank = 3, PooledRank = 2;

    /// <summary>Token ids, [batch, tokens].</summary>
    public GraphTensor Input => Graph.Input(Ids);

    /// <summary>Which tokens are no padding, [batch, tokens]; null if the graph does not ask.</summary>
    public GraphTensor? Mask { get; private init; }

    /// <summary>The batch size that the export is fixed to, or null if it takes any.</summary>
    public int? FixedBatch => Input.Dimensions[BatchAxis] is > 0 and var size ? (int)size : null;

    /// <summary>Reads a CLIP text encoder, which takes token ids alone.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="number">What follows <c>text_encoder</c> and <c>tokenizer</c> in the names of its folders: nothing, or _2.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <exception cref="BundleException">The graph is not one that this program can feed, or does not fit the tokenizer.</exception>
    public static TextEncoderContract ReadClip(string root, string number, List<string> warnings)
    {
        (OnnxGraph graph, JsonFile? config) = ReadGraph(root, number);
        GraphTensor input = graph.Expect(Ids, TensorElements.Whole, IdsRank);
        if (graph.Inputs.FirstOrDefault(other => other != input) is { } foreign)
        {
            throw new BundleException(graph.File, $"the graph wants an input that this program does not have: {foreign}. "
                + $"Export the encoder with only '{Ids}', as optimum does.");
        }

        TokenizerConfig tokenizer = TokenizerConfig.Read(Path.Combine(root, $"tokenizer{number}"));
        warnings.AddRange(tokenizer.Warnings);
        CheckVocabulary(config, tokenizer.Vocabulary.Values.Max());
        return Create(graph, config, new ClipTokenizer(tokenizer), mask: null);
    }

    /// <summary>Reads a T5 encoder, which may ask which tokens are padding.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="number">What follows <c>text_encoder</c> and <c>tokenizer</c> in the names of its folders.</param>
    /// <param name="tokens">Tokens of a prompt, padding included.</param>
    /// <param name="lowersCase">Whether prompts lose their capitals first.</param>
    /// <exception cref="BundleException">The graph is not one that this program can feed, or does not fit the tokenizer.</exception>
    public static TextEncoderContract ReadT5(string root, string number, int tokens, bool lowersCase)
    {
        (OnnxGraph graph, JsonFile? config) = ReadGraph(root, number);
        GraphTensor input = graph.Expect(Ids, TensorElements.Whole, IdsRank);
        bool asks = graph.Inputs.Any(other => other.Name == MaskName);
        GraphTensor? mask = asks ? graph.Expect(MaskName, TensorElements.Whole, IdsRank) : null;
        if (graph.Inputs.FirstOrDefault(other => other != input && other != mask) is { } foreign)
        {
            throw new BundleException(graph.File, $"the graph wants an input that this program does not have: {foreign}. "
                + $"Export the encoder alone, with '{Ids}' and at most '{MaskName}'.");
        }

        if (tokens is < LeastTokens or > MostTokens)
            throw new BundleException(graph.File, $"the denoiser leaves room for {Math.Max(0, tokens)} of its tokens: they do not match.");
        var tokenizer = T5Tokenizer.Read(Path.Combine(root, $"tokenizer{number}"), tokens, lowersCase);
        CheckVocabulary(config, tokenizer.LargestId);
        return Create(graph, config, tokenizer, mask);
    }

    /// <summary>How many tokens the tokenizer before a T5 encoder is made for; null: it does not say.</summary>
    public static int? T5LengthOf(string root, string number) => T5Vocabulary.MaxLengthOf(Path.Combine(root, $"tokenizer{number}"));

    /// <summary>The hidden states of each token after the last layer, and their width.</summary>
    /// <param name="fallback">The width, where the graph does not fix it and is not asked: the denoiser's, or −1.</param>
    /// <exception cref="BundleException">The graph does not give them.</exception>
    public TextOutput LastStates(long fallback = -1)
    {
        GraphTensor? output = Find(LastHiddenState) ?? (Graph.Outputs is [var first, ..] ? first : null);
        return output is { Rank: StatesRank } && output.Element.IsFloat()
            ? new TextOutput(output, WidthOf(output, WidthAxis, fallback, "hidden_size", "d_model"))
            : throw new BundleException(Graph.File, $"it must put out '{LastHiddenState}' as a float tensor [batch, tokens, width]; "
                + $"its outputs are {string.Join(", ", Graph.Outputs)}.");
    }

    /// <summary>
    /// The hidden states before the last layer, which SDXL and Stable Diffusion 3 were trained on: <c>hidden_states[-2]</c>, where
    /// <c>hidden_states.0</c> is the embeddings and the last one is <c>last_hidden_state</c> without the final normalization.
    /// </summary>
    /// <exception cref="BundleException">The graph does not give them.</exception>
    public TextOutput StatesBeforeLast()
    {
        int last = Graph.Outputs.Max(output => NumberOf(output.Name)) ?? 0;
        GraphTensor? output = last > 0 ? Find($"{Layers}{last - 1}") : null;
        return output is { Rank: StatesRank } && output.Element.IsFloat()
            ? new TextOutput(output, WidthOf(output, WidthAxis, -1, "hidden_size"))
            : throw new BundleException(Graph.File, $"it must put out the hidden states of every layer ('{Layers}0', '{Layers}1', …), as "
                + $"the denoiser is told those before the last; its outputs are {string.Join(", ", Graph.Outputs)}. "
                + "Export it as optimum does.");
    }

    /// <summary>An output that stands for the prompt as a whole, [batch, width].</summary>
    /// <param name="name">Its name.</param>
    /// <param name="configured">The field of config.json with its width.</param>
    /// <exception cref="BundleException">The graph does not give it.</exception>
    public TextOutput Whole(string name, string configured) =>
        Find(name) is { Rank: PooledRank } output && output.Element.IsFloat()
            ? new TextOutput(output, WidthOf(output, PooledRank - 1, -1, configured))
            : throw new BundleException(Graph.File, $"it must put out '{name}' as a float tensor [batch, width]; its outputs are "
                + $"{string.Join(", ", Graph.Outputs)}.");

    /// <summary>Checks that two parts of a bundle agree about a size; symbolic sizes (−1) agree with everything.</summary>
    /// <exception cref="BundleException">They do not.</exception>
    public void Agree(string what, int expected, long size)
    {
        if (size > 0 && size != expected)
        {
            throw new BundleException(Graph.File,
                $"tokenizer, text encoder and denoiser do not match: {expected} {what} against {size}.");
        }
    }

    private static (OnnxGraph Graph, JsonFile? Config) ReadGraph(string root, string number)
    {
        string folder = Path.Combine(root, $"text_encoder{number}");
        JsonFile? config = JsonFile.TryRead(Path.Combine(folder, LostConfig.FileName));
        return (OnnxGraphReader.Read(Path.Combine(folder, OnnxGraph.FileName)), config);
    }

    private static void CheckVocabulary(JsonFile? config, int largestId)
    {
        if (config?.Integer("vocab_size") is { } vocabulary && largestId >= vocabulary)
        {
            throw config.Complain("vocab_size",
                $"is {vocabulary}, but the tokenizer has the token id {largestId}: encoder and tokenizer do not match.");
        }
    }

    private static TextEncoderContract Create(OnnxGraph graph, JsonFile? config, ITextTokenizer tokenizer, GraphTensor? mask)
    {
        var contract = new TextEncoderContract(graph, config, tokenizer) { Mask = mask };
        contract.Agree("tokens", tokenizer.MaxLength, contract.Input.Dimensions[TokenAxis]);
        return contract;
    }

    private static int? NumberOf(string output) =>
        output.StartsWith(Layers, StringComparison.Ordinal)
            && int.TryParse(output.AsSpan(Layers.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private GraphTensor? Find(string output) => Graph.Outputs.FirstOrDefault(candidate => candidate.Name == output);

    private int WidthOf(GraphTensor output, int axis, long fallback, params ReadOnlySpan<string> fields)
    {
        if ((output.Dimensions[axis] > 0 ? output.Dimensions[axis] : fallback) is > 0 and var known)
            return (int)known;
        foreach (string field in fields)
        {
            if (Config?.Integer(field) is > 0 and var configured)
                return configured;
        }

        throw new BundleException(Graph.File,
            $"the width of '{output.Name}' is unknown: neither the graph nor config.json ({fields[0]}) gives it.");
    }
}
