using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>What a CLIP text encoder's graph takes and gives, checked, and the tokenizer that goes before it. Immutable.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Tokenizer">The bundle's tokenizer.</param>
/// <param name="Output">The last hidden state, [batch, tokens, width].</param>
/// <param name="Width">Features of one token.</param>
internal sealed record TextEncoderContract(OnnxGraph Graph, TokenizerConfig Tokenizer, GraphTensor Output, int Width)
{
    private const string Ids = "input_ids", LastHiddenState = "last_hidden_state";
    private const int BatchAxis = 0, TokenAxis = 1, WidthAxis = 2, IdsRank = 2, StatesRank = 3;

    /// <summary>Token ids, [batch, tokens].</summary>
    public GraphTensor Input => Graph.Input(Ids);

    /// <summary>The batch size that the export is fixed to, or null if it takes any.</summary>
    public int? FixedBatch => Input.Dimensions[BatchAxis] is > 0 and var size ? (int)size : null;

    /// <param name="root">The bundle's folder.</param>
    /// <param name="folder">Name of the encoder's folder in it.</param>
    /// <param name="denoiser">Which is told the hidden states.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <exception cref="BundleException">
    /// The graph is not one that this program can feed, or does not fit tokenizer or denoiser.
    /// </exception>
    public static TextEncoderContract Read(string root, string folder, DenoiserContract denoiser, List<string> warnings)
    {
        JsonFile? config = JsonFile.TryRead(Path.Combine(root, folder, "config.json"));
        OnnxGraph graph = OnnxGraphReader.Read(Path.Combine(root, folder, OnnxGraph.FileName));
        GraphTensor input = graph.Expect(Ids, [TensorElement.Int64, TensorElement.Int32], IdsRank);
        if (graph.Inputs.FirstOrDefault(other => other != input) is { } foreign)
        {
            throw new BundleException(graph.File, $"the graph wants an input that this program does not have: {foreign}. "
                + $"Export the encoder with only '{Ids}', as optimum does.");
        }

        GraphTensor? output = graph.Outputs.FirstOrDefault(candidate => candidate.Name == LastHiddenState)
            ?? (graph.Outputs is [var first, ..] ? first : null);
        if (output is not { Rank: StatesRank, Element: TensorElement.Float or TensorElement.Half })
        {
            throw new BundleException(graph.File, $"it must put out '{LastHiddenState}' as a float tensor [batch, tokens, width]; "
                + $"its outputs are {string.Join(", ", graph.Outputs)}.");
        }

        TokenizerConfig tokenizer = TokenizerConfig.Read(Path.Combine(root, "tokenizer"));
        warnings.AddRange(tokenizer.Warnings);
        if (config?.Integer("vocab_size") is { } vocabulary && tokenizer.Vocabulary.Values.Max() is var largest && largest >= vocabulary)
        {
            throw config.Complain("vocab_size",
                $"is {vocabulary}, but the tokenizer has the token id {largest}: encoder and tokenizer do not match.");
        }

        Agree(graph, "tokens", tokenizer.MaxLength, input.Dimensions[TokenAxis], denoiser.Condition.Dimensions[TokenAxis]);
        int width = (int)Math.Max(output.Dimensions[WidthAxis], denoiser.Condition.Dimensions[WidthAxis]);
        if (width < 1)
        {
            width = config?.Integer("hidden_size") ?? throw new BundleException(graph.File,
                "the width of its output is unknown: neither the graph nor config.json (hidden_size) gives it.");
        }

        Agree(graph, "features per token", width, output.Dimensions[WidthAxis], denoiser.Condition.Dimensions[WidthAxis]);
        return new TextEncoderContract(graph, tokenizer, output, width);
    }

    // Symbolic sizes (−1) agree with everything.
    private static void Agree(OnnxGraph graph, string what, int expected, long inEncoder, long inDenoiser)
    {
        foreach (long size in (ReadOnlySpan<long>)[inEncoder, inDenoiser])
        {
            if (size > 0 && size != expected)
            {
                throw new BundleException(graph.File,
                    $"tokenizer, text encoder and denoiser do not match: {expected} {what} against {size}.");
            }
        }
    }
}
