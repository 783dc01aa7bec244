using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Tokenizers;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>
/// Texts: every one becomes start, tokens of the vocabulary, end and padding; white space around it and the number of spaces in it do not
/// matter; a short model sees the beginning of what a long one sees.
/// </summary>
internal sealed class TokenizerTarget : FuzzTarget
{
    private const int Short = 12, Long = 8192;

    private static readonly char[] Space = [' ', '\t', '\n', '\u00A0', '\u3000'];

    private readonly TokenizerConfig _config = FuzzTokenizer.Config(Short);
    private readonly HashSet<long> _ids;
    private readonly ITextTokenizer _short;
    private readonly ITextTokenizer _long;
    private readonly ITextTokenizer _other; // its cache saw other texts

    public TokenizerTarget()
    {
        _ids = [.. _config.Vocabulary.Values.Select(id => (long)id)];
        _short = new ClipTokenizer(_config);
        _long = new ClipTokenizer(_config with { MaxLength = Long });
        _other = new ClipTokenizer(_config with { MaxLength = Long });
    }

    public override string Name => "tokenizer";

    // UTF-16, as half a surrogate pair has no UTF-8.
    public override FuzzInput Make(Random random) => new([.. MemoryMarshal.AsBytes(TextMaker.Make(random).AsSpan())], "text");

    public override Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken) =>
        Task.FromResult(Check(new string(MemoryMarshal.Cast<byte, char>(input.AsSpan(0, input.Length / 2 * 2)))));

    private string Check(string text)
    {
        long[] tokens = Tokens(_long, text, out int count);
        Assert.All(tokens, id => Assert.Contains(id, _ids));
        Assert.Equal(tokens, Tokens(_long, text, out _));
        CheckTruncation(text, tokens, count);
        CheckSpaces(text, tokens);
        CheckConcatenation(text, tokens, count);
        return count == 0 ? "empty" : count > _short.TextCapacity ? "cut" : "whole";
    }

    private void CheckTruncation(string text, long[] tokens, int count)
    {
        long[] cut = Tokens(_short, text, out int counted);
        Assert.Equal(count, counted);
        Assert.Equal(tokens.Take(_short.TextCapacity), cut);
    }

    private void CheckSpaces(string text, long[] tokens)
    {
        Assert.Equal(tokens, Tokens(_long, $" \t{text}\n ", out _));
        string spaced = string.Concat(text.Select(letter => char.IsWhiteSpace(letter) ? $"{letter}{Space[letter % Space.Length]}" : letter.ToString()));
        Assert.Equal(tokens, Tokens(_long, spaced, out _));
    }

    private void CheckConcatenation(string text, long[] tokens, int count)
    {
        string reversed = new([.. text.Reverse()]);
        long[] last = Tokens(_other, reversed, out int lastCount);
        long[] both = Tokens(_other, $"{text} {reversed}", out int bothCount);
        Assert.Equal(count + lastCount, bothCount);
        Assert.Equal(tokens.Concat(last).Take(_other.TextCapacity), both);
    }

    /// <summary>The text's own tokens, after what goes around them was checked.</summary>
    private long[] Tokens(ITextTokenizer tokenizer, string text, out int count)
    {
        var ids = new long[tokenizer.MaxLength];
        Array.Fill(ids, -1);
        count = tokenizer.Encode(text, ids);
        int kept = Math.Min(count, tokenizer.TextCapacity);
        Assert.InRange(count, 0, int.MaxValue);
        Assert.Equal(_config.Start.Id, ids[0]);
        Assert.Equal(_config.End.Id, ids[kept + 1]);
        Assert.Equal(-1, ids.AsSpan(kept + 2).IndexOfAnyExcept(_config.Padding.Id));
        return ids[1..(kept + 1)];
    }
}
