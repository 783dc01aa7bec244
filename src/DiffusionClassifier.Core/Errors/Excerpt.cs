using System.Globalization;
using System.Text;

namespace DiffusionClassifier.Core.Errors;

/// <summary>
/// What a caller sent, in a form that a message may repeat: short, on one line, and without characters that control terminals or reverse
/// text.
/// </summary>
public static class Excerpt
{
    private const int Longest = 32; // characters: enough to recognize a slip, short enough for one line

    /// <summary>
    /// The beginning of <paramref name="text"/>; letters of every script stay, invisible characters become question marks.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var echo = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes()) // half a surrogate pair comes as the replacement character
        {
            if (echo.Length >= Longest)
                return echo.Append('…').ToString();
            echo.Append(IsVisible(rune) ? rune.ToString() : "?");
        }

        return echo.ToString();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
