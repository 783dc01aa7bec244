using System.Text;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// Cuts a normalized text as CLIP's pattern does: <c>'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>. Not by a .NET regular
/// expression, which sees the two halves of a character beyond U+FFFF as neither letter nor digit.
/// </summary>
internal static class WordSplitter
{
    /// <summary>
    /// UTF-16 units after which a word is taken to end: the library's time for a word grows with its square. No language has such words,
    /// the service's prompts are shorter by default, and a text encoder's places (77) are filled long before.
    /// </summary>
    public const int LongestWord = 8192;

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind { Space, Letter, Digit, Other }

    /// <summary>Takes the next word off <paramref name="rest"/>; empty if there is none left.</summary>
    public static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        ReadOnlySpan<char> word = rest[..Length(rest)];
        rest = rest[word.Length..];
        return word;
    }

    private static int Length(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return 0;
        foreach (string contraction in text[0] == '\'' ? Contractions : [])
        {
            if (text.StartsWith(contraction, StringComparison.Ordinal))
                return contraction.Length;
        }

        Kind kind = First(text, out int length);
        while (kind != Kind.Digit && length < Math.Min(text.Length, LongestWord) && First(text[length..], out int width) == kind)
            length += width;
        return length;
    }

    private static Kind First(ReadOnlySpan<char> text, out int width)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out width);
        return Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Digit
            : Rune.IsWhiteSpace(rune) ? Kind.Space
            : Kind.Other;
    }
}
