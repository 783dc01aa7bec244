using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Encoders;

/// <summary>One text encoder: prompts, padded to full length, to its outputs. Used by one thread at a time.</summary>
/// <param name="part">The encoder, and which of its outputs are wanted.</param>
/// <param name="masks">Whether padding is hidden from it; else it reads padding like any token, as most were trained to.</param>
/// <param name="target">The device.</param>
internal sealed class TextEncoder(TextPart part, bool masks, DeviceTarget target) : IDisposable
{
    // Of one call: 16 of CLIP's prompts, enough to fill a CPU, or two of T5's, whose encoder is the largest part of its models.
    private const int MaxTokens = 16 * 77;

    private readonly TextEncoderContract _contract = part.Encoder;
    private readonly TextOutput[] _wanted = [.. new[] { part.States, part.Pooled }.OfType<TextOutput>()];
    private readonly OnnxSession _session = new(part.Encoder.Graph.File, target, new SessionNeeds(part.Encoder.Graph.IsHalf));

    /// <exception cref="InvalidDataException">The graph's answer has an unexpected shape.</exception>
    public IReadOnlyList<EncodedPrompt> Encode(IReadOnlyList<string> prompts) =>
        [.. prompts.Chunk(_contract.FixedBatch ?? Math.Max(1, MaxTokens / _contract.Tokenizer.MaxLength)).SelectMany(EncodeChunk)];

    public void Dispose() => _session.Dispose();

    private IEnumerable<EncodedPrompt> EncodeChunk(string[] prompts)
    {
        ITextTokenizer tokenizer = _contract.Tokenizer;
        int tokens = tokenizer.MaxLength, batch = _contract.FixedBatch ?? prompts.Length;
        long[] ids = new long[batch * tokens], mask = new long[ids.Length];
        int[] counts = new int[batch];
        for (int i = 0; i < batch; i++)
        {
            counts[i] = tokenizer.Encode(prompts[Math.Min(i, prompts.Length - 1)], ids.AsSpan(i * tokens, tokens));
            mask.AsSpan(i * tokens, masks ? tokenizer.Used(counts[i]) : tokens).Fill(1);
        }

        using SingleRun run = new SingleRun().Add(_contract.Input, ids, batch, tokens);
        if (_contract.Mask is { } padding)
            run.Add(padding, mask, batch, tokens);
        IReadOnlyList<(float[] Values, long[] Shape)> outputs = run.Run(_session, [.. _wanted.Select(output => output.Tensor)]);
        foreach ((TextOutput output, (_, long[] shape)) in _wanted.Zip(outputs))
            Check(output, shape, output == part.States ? [batch, tokens, output.Width] : [batch, output.Width]);
        float[] states = part.States is null ? [] : outputs[0].Values, pooled = part.Pooled is null ? [] : outputs[^1].Values;
        (int row, int width) = (states.Length / batch, pooled.Length / batch);
        return prompts.Select((_, i) => new EncodedPrompt(ids.AsMemory(i * tokens, tokens), counts[i], states.AsMemory(i * row, row),
            pooled.AsMemory(i * width, width)));
    }

    private void Check(TextOutput output, long[] shape, long[] expected)
    {
        if (!shape.AsSpan(1).SequenceEqual(expected.AsSpan(1)))
        {
            throw new InvalidDataException($"{_contract.Graph.File}: '{output.Tensor.Name}' has the shape [{string.Join(", ", shape)}]; "
                + $"the denoiser needs [batch, {string.Join(", ", expected[1..])}].");
        }
    }
}
