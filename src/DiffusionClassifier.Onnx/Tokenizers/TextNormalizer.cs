using System.Text;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// What CLIP's fast tokenizer does to a text before it looks for words: form C, one space for each run of white space, lower case
/// (transformers convert_slow_tokenizer.py, CLIPConverter: <c>NFC, Replace(\s+), Lowercase</c>). Thread-safe.
/// </summary>
/// <remarks>
/// The lower case is that of single characters, as in Rust's <c>char::to_lowercase</c>: a final Σ becomes σ, not ς. The slow tokenizer
/// lower-cases whole words (ς), drops control characters and, where ftfy is installed, repairs wrongly decoded text and HTML; this one
/// does not.
/// </remarks>
internal static class TextNormalizer
{
    private const int CapitalIWithDot = 0x130; // the only character whose lower case has two: .NET leaves it as it is
    private const string SmallIWithDot = "i\u0307";

    public static string Normalize(string text)
    {
        string composed = CanonicalComposition.Compose(text);
        StringBuilder builder = new(composed.Length);
        Span<char> utf16 = stackalloc char[2];
        bool afterSpace = false;
        foreach (Rune rune in composed.EnumerateRunes())
        {
            bool space = Rune.IsWhiteSpace(rune);
            if (!space && rune.Value == CapitalIWithDot)
                builder.Append(SmallIWithDot);
            else if (!space)
                builder.Append(utf16[..Rune.ToLowerInvariant(rune).EncodeToUtf16(utf16)]);
            else if (!afterSpace)
                builder.Append(' ');
            afterSpace = space;
        }

        return builder.ToString();
    }
}
