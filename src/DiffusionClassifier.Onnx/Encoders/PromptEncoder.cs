using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Encoders;

/// <summary>
/// Prompts to what a denoiser is told: the outputs of a bundle's text encoders, each in its place (eval_prob_adaptive.py:200-209 for one).
/// Used by one thread at a time.
/// </summary>
internal sealed class PromptEncoder : IDisposable
{
    private readonly TextContract _contract;
    private readonly List<TextEncoder> _encoders = [];

    public PromptEncoder(TextContract contract, DeviceTarget target)
    {
        _contract = contract;
        try
        {
            foreach (TextPart part in contract.Parts)
                _encoders.Add(new TextEncoder(part, contract.Masks, target));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One conditioning for each prompt; one that was too long says so.</summary>
    /// <exception cref="InvalidDataException">A graph's answer has an unexpected shape.</exception>
    public IReadOnlyList<Conditioning> Encode(IReadOnlyList<string> prompts)
    {
        IReadOnlyList<EncodedPrompt>[] all = [.. _encoders.Select(encoder => encoder.Encode(prompts))];
        return [.. prompts.Select((prompt, i) => Assemble(prompt, [.. all.Select(encoded => encoded[i])]))];
    }

    public void Dispose() => _encoders.ForEach(encoder => encoder.Dispose());

    private TextConditioning Assemble(string prompt, EncodedPrompt[] encoded)
    {
        var states = new float[_contract.Tokens * _contract.Width];
        var pooled = new float[_contract.PooledWidth];
        if (prompt.Length > 0 || !_contract.ZerosForEmpty)
        {
            foreach ((TextPart part, EncodedPrompt of) in _contract.Parts.Zip(encoded))
            {
                of.Pooled.Span.CopyTo(pooled.AsSpan(part.FirstPooled));
                Place(part, of.States.Span, states);
            }
        }

        return new TextConditioning(states, _contract.Tokens, _contract.Width, Warn(prompt, encoded))
        {
            Pooled = pooled,
            Mask = _contract.Masks ? Mask(encoded) : [],
            Tokens = [.. encoded.SelectMany(one => one.Ids.ToArray())],
        };
    }

    private void Place(TextPart part, ReadOnlySpan<float> states, float[] destination)
    {
        if (part.States is not { Width: var width })
            return;
        for (int token = 0; token < states.Length / width; token++)
        {
            states.Slice(token * width, width)
                .CopyTo(destination.AsSpan((part.FirstToken + token) * _contract.Width + part.FirstFeature, width));
        }
    }

    private float[] Mask(EncodedPrompt[] encoded)
    {
        var mask = new float[_contract.Tokens];
        foreach ((TextPart part, EncodedPrompt of) in _contract.Parts.Zip(encoded))
            mask.AsSpan(part.FirstToken, part.Encoder.Tokenizer.Used(of.Count)).Fill(1);
        return mask;
    }

    // Encoders cut at different lengths: where only some of them did, the warning says which.
    private string? Warn(string prompt, EncodedPrompt[] encoded)
    {
        (TextPart Part, EncodedPrompt)[] cut =
            [.. _contract.Parts.Zip(encoded).Where(pair => pair.Second.Count > pair.First.Encoder.Tokenizer.TextCapacity)];
        if (cut.Length == 0)
            return null;
        string by = cut.Length == encoded.Length ? "" : $" by {string.Join(" and ", cut.Select(pair => NameOf(pair.Part)))}";
        int capacity = cut.Min(pair => pair.Part.Encoder.Tokenizer.TextCapacity);
        return $"The prompt '{prompt}' was cut after {capacity} tokens{by}.";
    }

    private static string? NameOf(TextPart part) => Path.GetFileName(Path.GetDirectoryName(part.Encoder.Graph.File));
}
