using System.Globalization;

namespace DiffusionClassifier.Evaluation.Formats;

/// <summary>Numbers as people read them, the same in every table and report, whatever the machine's language. Stateless.</summary>
public static class Figures
{
    /// <summary>A share from 0 to 1: "12.3%".</summary>
    public static string Percent(double share) => Text($"{100 * share:F1}%");

    /// <summary>A share and its interval: "12.3% (10.1 to 14.9)".</summary>
    public static string Percent(double share, double low, double high) => Text($"{100 * share:F1}% ({100 * low:F1} to {100 * high:F1})");

    /// <summary>A whole number with separators: "12,345".</summary>
    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Any text with numbers in it.</summary>
    public static string Text(FormattableString text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
