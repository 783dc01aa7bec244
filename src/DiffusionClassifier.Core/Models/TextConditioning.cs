using System.Collections.Immutable;

namespace DiffusionClassifier.Core.Models;

/// <summary>A prompt as the denoiser's cross-attention sees it: the text encoder's last hidden state.</summary>
/// <param name="HiddenStates">[SequenceLength, Width] values in row-major order.</param>
/// <param name="SequenceLength">Tokens, padding included; the same for every prompt of a model.</param>
/// <param name="Width">Features of one token.</param>
/// <param name="Warning">What the caller should know, such as that the prompt was cut; null if there is nothing.</param>
public sealed record TextConditioning(float[] HiddenStates, int SequenceLength, int Width, string? Warning = null) : Conditioning(Warning)
{
    /// <summary>
    /// What the text encoder read of the prompt; if that is the same, the prompts are the same to the model. Null: not known.
    /// </summary>
    public ImmutableArray<long>? Tokens { get; init; }

    public override long SizeInBytes => (long)HiddenStates.Length * sizeof(float) + (Tokens?.Length ?? 0) * sizeof(long);
}
