using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>
/// How a bundle turns a prompt into what its denoiser is told: the outputs of its text encoders, side by side and one after the other in a
/// sequence that is zero where there is none. Immutable.
/// </summary>
/// <param name="Parts">The encoders.</param>
internal sealed record TextContract(IReadOnlyList<TextPart> Parts)
{
    private const double MaxElements = 1 << 26; // of a prompt, 256 MB: a damaged size becomes a message
    private const int TokenAxis = 1, SequenceWidthAxis = 2, PooledWidthAxis = 1, SequenceRank = 3, PooledRank = 2;

    /// <summary>Tokens of the sequence, padding included.</summary>
    public int Tokens { get; init; } = Parts.Max(part => part.States is null ? 0 : part.FirstToken + part.Encoder.Tokenizer.MaxLength);

    /// <summary>Features of a token.</summary>
    public int Width { get; init; } = Parts.Max(part => part.FirstFeature + part.States?.Width ?? 0);

    /// <summary>Features of the prompt as a whole; 0 if the denoiser is not told it.</summary>
    public int PooledWidth { get; } = Parts.Max(part => part.FirstPooled + part.Pooled?.Width ?? 0);

    /// <summary>Whether the denoiser is told which tokens are padding, and the encoder too.</summary>
    public bool Masks { get; init; }

    /// <summary>Whether the empty prompt is told as zeros, instead of what the encoders make of it.</summary>
    public bool ZerosForEmpty { get; init; }

    /// <summary>Memory that a prompt takes: sequence, pooled and mask as floats, and the tokens that were read.</summary>
    public long BytesOfOne => ((long)Tokens * Width + PooledWidth + (Masks ? Tokens : 0)) * sizeof(float)
        + Parts.Sum(part => part.Encoder.Tokenizer.MaxLength) * sizeof(long);

    public IEnumerable<OnnxGraph> Graphs => Parts.Select(part => part.Encoder.Graph);

    /// <summary>The denoiser's input for the sequence, checked against what the encoders give.</summary>
    /// <exception cref="BundleException">There is none, or it has other sizes.</exception>
    public DenoiserInput Sequence(OnnxGraph denoiser, string name)
    {
        GraphTensor tensor = denoiser.Expect(name, TensorElements.Floats, SequenceRank);
        RequirePlaces();
        Parts[0].Encoder.Agree("tokens", Tokens, tensor.Dimensions[TokenAxis]);
        if (tensor.Dimensions[SequenceWidthAxis] is > 0 and var width)
            Parts[0].Encoder.Agree("features per token", (int)width, Width);
        return new DenoiserInput(tensor, InputSource.Sequence, DenoiserInput.Rows, Tokens, Width);
    }

    // What an encoder gives must fit into its place: else a token's features would be written over the next one's.
    private void RequirePlaces()
    {
        foreach (TextPart part in Parts)
        {
            if (part.States is { Width: var width } && (part.FirstToken + part.Encoder.Tokenizer.MaxLength > Tokens
                || part.FirstFeature + width > Width))
            {
                throw new BundleException(part.Encoder.Graph.File, $"its {part.Encoder.Tokenizer.MaxLength} tokens of {width} features do "
                    + $"not fit into what the denoiser is told, {Tokens} tokens of {Width}.");
            }
        }

        if ((double)Tokens * Width > MaxElements)
            throw new BundleException(Parts[0].Encoder.Graph.File, $"a prompt of {Tokens} tokens of {Width} features is larger than any.");
    }

    /// <summary>The denoiser's input for the prompt as a whole, checked against what the encoders give.</summary>
    /// <exception cref="BundleException">There is none, or it has another size.</exception>
    public DenoiserInput Pooled(OnnxGraph denoiser, string name)
    {
        GraphTensor tensor = denoiser.Expect(name, TensorElements.Floats, PooledRank);
        if (tensor.Dimensions[PooledWidthAxis] is > 0 and var width)
            Parts[0].Encoder.Agree($"features in '{name}'", (int)width, PooledWidth);
        return new DenoiserInput(tensor, InputSource.Pooled, DenoiserInput.Rows, PooledWidth);
    }

    /// <summary>The denoiser's input for which tokens are padding.</summary>
    /// <exception cref="BundleException">There is none.</exception>
    public DenoiserInput Mask(OnnxGraph denoiser, string name)
    {
        GraphTensor tensor = denoiser.Expect(
            name, TensorElements.Numbers, PooledRank);
        Parts[0].Encoder.Agree("tokens", Tokens, tensor.Dimensions[TokenAxis]);
        return new DenoiserInput(tensor, InputSource.Mask, DenoiserInput.Rows, Tokens);
    }
}
