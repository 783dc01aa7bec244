using System.Text;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// Unicode normalization form C (UAX #15) by .NET, which leaves it to ICU: the system's on Linux and macOS, Windows' own. Thread-safe.
/// </summary>
/// <remarks>
/// Form C of characters that a version of Unicode knows never changes in a later one; what a later one adds may be composed or reordered by
/// the newer library alone. Hugging Face's tokenizer has tables of its own (Rust's unicode-normalization), of yet another version. So texts
/// of characters that were assigned lately may become other tokens, on hosts with other versions of ICU too; no other text does.
/// </remarks>
internal static class CanonicalComposition
{
    /// <summary>What to tell the user where <see cref="Works"/> is false.</summary>
    public const string WhatToDo = "the tokenizer needs Unicode normalization, which .NET's globalization-invariant mode switches off: "
        + "unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT, and install ICU (Debian, Ubuntu: the package libicu; "
        + "Alpine: icu-libs and icu-data-full).";

    // ICU's time for a run of combining marks grows with its square. Far above the length of prompts.
    private const int LongestPiece = 8192;

    // A byte order mark read backwards: .NET refuses a text that has one, and nothing combines with it.
    private const char Swapped = '\uFFFE';

    /// <summary>
    /// False in globalization-invariant mode, in which <see cref="string.Normalize()"/> returns its argument: prompts would silently become
    /// other tokens than those that the model was trained with.
    /// </summary>
    public static bool Works { get; } = "e\u0301".Normalize() == "\u00e9";

    /// <summary>The text in form C; an unpaired surrogate becomes U+FFFD.</summary>
    public static string Compose(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        ReadOnlySpan<char> rest = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)); // which replaces what .NET would refuse
        StringBuilder builder = new(rest.Length);
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> piece = rest[..PieceLength(rest)];
            builder.Append(piece[0] == Swapped ? piece : piece.ToString().Normalize());
            rest = rest[piece.Length..];
        }

        return builder.ToString();
    }

    // Nothing before an ASCII character combines with it, nor with U+FFFE: a cut there changes nothing. A text without one is cut anywhere.
    private static int PieceLength(ReadOnlySpan<char> text)
    {
        if (text[0] == Swapped)
            return 1;
        ReadOnlySpan<char> piece = text[..Math.Min(text.Length, LongestPiece)];
        int swapped = piece.IndexOf(Swapped);
        if (swapped > 0)
            return swapped;
        if (piece.Length == text.Length)
            return text.Length;
        int ascii = piece[1..].LastIndexOfAnyInRange('\0', '\x7F');
        return ascii >= 0 ? ascii + 1
            : char.IsHighSurrogate(piece[^1]) ? piece.Length - 1
            : piece.Length;
    }
}
