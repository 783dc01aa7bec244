using System.Collections.Immutable;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Encoders;

/// <summary>
/// Prompts to what a denoiser's cross-attention sees: padded to full length, no attention mask, the last hidden state
/// (eval_prob_adaptive.py:200-209). Used by one thread at a time.
/// </summary>
internal sealed class TextEncoder(TextEncoderContract contract, DeviceTarget target) : IDisposable
{
    private const int MaxChunk = 16; // prompts of one call: enough to fill a CPU, 5 MB of hidden states at Stable Diffusion 2's size

    private readonly ITextTokenizer _tokenizer = new ClipTokenizer(contract.Tokenizer);
    private readonly OnnxSession _session = new(contract.Graph.File, target, new SessionNeeds(contract.Graph.IsHalf));

    /// <summary>One conditioning for each prompt; one that was too long says so.</summary>
    /// <exception cref="InvalidDataException">The graph's answer has an unexpected shape.</exception>
    public IReadOnlyList<Conditioning> Encode(IReadOnlyList<string> prompts) =>
        [.. prompts.Chunk(contract.FixedBatch ?? MaxChunk).SelectMany(EncodeChunk)];

    public void Dispose() => _session.Dispose();

    private IEnumerable<TextConditioning> EncodeChunk(string[] prompts)
    {
        int tokens = contract.Tokenizer.MaxLength, batch = contract.FixedBatch ?? prompts.Length;
        var ids = new long[batch * tokens];
        var warnings = new string?[prompts.Length];
        for (int i = 0; i < batch; i++)
        {
            int count = _tokenizer.Encode(prompts[Math.Min(i, prompts.Length - 1)], ids.AsSpan(i * tokens, tokens));
            if (i < prompts.Length && count > _tokenizer.TextCapacity)
                warnings[i] = $"The prompt '{prompts[i]}' was cut after {_tokenizer.TextCapacity} tokens.";
        }

        (float[] states, long[] shape) = SingleRun.Run(_session, contract.Input, ids, [batch, tokens], contract.Output);
        if (shape is not [_, var length, var width] || length != tokens || width != contract.Width)
        {
            throw new InvalidDataException($"{contract.Graph.File}: '{contract.Output.Name}' has the shape [{string.Join(", ", shape)}]; "
                + $"the denoiser needs [batch, {tokens}, {contract.Width}].");
        }

        int row = tokens * contract.Width;
        return warnings.Select((warning, i) => new TextConditioning(states[(i * row)..((i + 1) * row)], tokens, contract.Width, warning)
        {
            Tokens = ImmutableArray.Create(ids, i * tokens, tokens),
        });
    }
}
