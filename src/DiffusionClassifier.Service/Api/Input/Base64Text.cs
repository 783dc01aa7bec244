using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>Base64 inside a JSON string to bytes, in the same place. Stateless.</summary>
internal static class Base64Text
{
    private const int UnicodeEscape = 6; // \u002B

    /// <summary>Decodes; false if the text is not base64, which is then destroyed.</summary>
    /// <param name="text">The text between the quotes, with or without the prefix "data:image/png;base64," that browsers add.</param>
    /// <param name="isEscaped">Whether there are JSON escapes in it: many writers escape '/' or '+'.</param>
    /// <param name="decoded">The bytes, a part of <paramref name="text"/>.</param>
    public static bool TryDecodeInPlace(Memory<byte> text, bool isEscaped, out ReadOnlyMemory<byte> decoded)
    {
        if (isEscaped)
            text = text[..Unescape(text.Span)];
        if (Ascii.EqualsIgnoreCase(text.Span[..Math.Min(5, text.Length)], "data:"u8))
            text = text[(text.Span.IndexOf((byte)',') + 1)..];
        if (text.Span.ContainsAny((byte)'-', (byte)'_'))
            return TryDecodeUrlForm(text, out decoded);
        bool isValid = Base64.DecodeFromUtf8InPlace(text.Span, out int written) == OperationStatus.Done;
        decoded = text[..written];
        return isValid;
    }

    // RFC 4648, section 5: the URL-safe alphabet, which some libraries write by default, with or without padding.
    private static bool TryDecodeUrlForm(Memory<byte> text, out ReadOnlyMemory<byte> decoded)
    {
        bool isValid = Base64Url.IsValid(text.Span);
        decoded = text[..(isValid ? Base64Url.DecodeFromUtf8InPlace(text.Span) : 0)];
        return isValid;
    }

    // If it is not base64 after unescaping, the decoder refuses it. The reader has made sure that escapes are whole.
    private static int Unescape(Span<byte> text)
    {
        int to = 0;
        for (int from = 0; from < text.Length; to++)
        {
            if (text[from] != '\\')
            {
                text[to] = text[from++];
                continue;
            }

            bool isUnicode = text[from + 1] == 'u';
            text[to] = isUnicode ? Character(text.Slice(from + 2, 4)) : text[from + 1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                byte other => other,
            };
            from += isUnicode ? UnicodeEscape : 2;
        }

        return to;
    }

    private static byte Character(ReadOnlySpan<byte> hex)
    {
        int code = int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return code <= sbyte.MaxValue ? (byte)code : (byte)'?';
    }
}
