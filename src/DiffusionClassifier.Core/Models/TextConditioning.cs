using System.Collections.Immutable;

namespace DiffusionClassifier.Core.Models;

/// <summary>A prompt as the denoiser is told it: the sequence that its attention reads, and what some models want beside it.</summary>
/// <param name="HiddenStates">The sequence, [SequenceLength, Width] values in row-major order.</param>
/// <param name="SequenceLength">Tokens, padding included; the same for every prompt of a model.</param>
/// <param name="Width">Features of one token.</param>
/// <param name="Warning">What the caller should know, such as that the prompt was cut; null if there is nothing.</param>
public sealed record TextConditioning(float[] HiddenStates, int SequenceLength, int Width, string? Warning = null) : Conditioning(Warning)
{
    /// <summary>The prompt as a whole, where models are told it beside the sequence (SDXL, Stable Diffusion 3, FLUX); else empty.</summary>
    public float[] Pooled { get; init; } = [];

    /// <summary>1 for each token of the prompt and 0 for padding, for models that are told which is which (PixArt); else empty.</summary>
    public float[] Mask { get; init; } = [];

    /// <summary>
    /// What the text encoders read of the prompt; if that is the same, the prompts are the same to the model. Null: not known.
    /// </summary>
    public ImmutableArray<long>? Tokens { get; init; }

    public override long SizeInBytes =>
        ((long)HiddenStates.Length + Pooled.Length + Mask.Length) * sizeof(float) + (Tokens?.Length ?? 0) * sizeof(long);
}
