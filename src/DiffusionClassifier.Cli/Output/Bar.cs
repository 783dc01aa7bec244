namespace DiffusionClassifier.Cli.Output;

/// <summary>A share as a bar of characters.</summary>
internal static class Bar
{
    private const int Width = 16; // characters of a full bar: the answer table fits 80 columns
    private const string Eighths = " ▏▎▍▌▋▊▉█";

    /// <param name="share">0 to 1.</param>
    /// <param name="unicode">Whether the terminal supports block characters.</param>
    public static string Draw(double share, bool unicode)
    {
        if (!unicode)
            return new string('#', (int)Math.Round(share * Width)).PadRight(Width);
        int eighths = (int)Math.Round(share * Width * 8);
        string bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? Eighths[eighths % 8] : "");
        return bar.PadRight(Width);
    }
}
