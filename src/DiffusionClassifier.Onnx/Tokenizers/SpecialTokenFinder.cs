using System.Buffers;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>Finds special tokens in a text, from the left, the longest where several start at one place. Immutable.</summary>
internal sealed class SpecialTokenFinder
{
    private readonly SpecialToken[] _longestFirst;
    private readonly SearchValues<string> _contents;

    public SpecialTokenFinder(IEnumerable<SpecialToken> tokens)
    {
        _longestFirst = [.. tokens.OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create([.. _longestFirst.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>Takes the text up to the next token, and the token, off <paramref name="rest"/>.</summary>
    /// <param name="rest">What is still to be read; afterward what follows the token.</param>
    /// <param name="before">The text before the token, or all of it if there is none.</param>
    /// <returns>The token, or null if there is none left.</returns>
    public SpecialToken? Next(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> before)
    {
        int index = _longestFirst.Length == 0 ? -1 : rest.IndexOfAny(_contents);
        before = index < 0 ? rest : rest[..index];
        rest = rest[before.Length..];
        if (index < 0)
            return null;
        foreach (SpecialToken token in _longestFirst)
        {
            if (!rest.StartsWith(token.Content, StringComparison.Ordinal))
                continue;
            rest = rest[token.Content.Length..];
            return token;
        }

        throw new InvalidOperationException("A token was found, but none starts there.");
    }
}
