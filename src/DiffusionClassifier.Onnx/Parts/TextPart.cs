namespace DiffusionClassifier.Onnx.Parts;

/// <summary>One of a bundle's text encoders, and where its outputs go in what the denoiser is told. Immutable.</summary>
/// <param name="Encoder">The encoder.</param>
internal sealed record TextPart(TextEncoderContract Encoder)
{
    /// <summary>Its hidden states; null if they are not used.</summary>
    public TextOutput? States { get; init; }

    /// <summary>The token of the sequence at which they begin.</summary>
    public int FirstToken { get; init; }

    /// <summary>The feature of each token at which they begin.</summary>
    public int FirstFeature { get; init; }

    /// <summary>What it makes of the prompt as a whole; null if that is not used.</summary>
    public TextOutput? Pooled { get; init; }

    /// <summary>The place of the pooled vector at which that begins.</summary>
    public int FirstPooled { get; init; }
}
