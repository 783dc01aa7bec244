using System.Globalization;

namespace DiffusionClassifier.Cli.Evaluate.Reports;

/// <summary>Shares and numbers as people read them, the same in every report.</summary>
internal static class Percent
{
    public static string Of(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    public static string Of(double share, double standardError) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} ± {100 * standardError:F1} %");

    public static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
