using System.Globalization;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>Where a number lies between the ends of an axis. Immutable.</summary>
/// <param name="Title">What the numbers are.</param>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end, above the lower.</param>
/// <param name="Ticks">The numbers to write, with their texts.</param>
/// <param name="IsLogarithmic">Whether equal factors take equal lengths.</param>
internal sealed record Axis(string Title, double From, double To, IReadOnlyList<(double Value, string Text)> Ticks, bool IsLogarithmic)
{
    private const int MostTicks = 6; // that an axis has room for

    /// <summary>0 at the lower end, 1 at the upper; nothing is outside.</summary>
    public double Place(double value) =>
        Math.Clamp(IsLogarithmic ? Math.Log(value / From) / Math.Log(To / From) : (value - From) / (To - From), 0, 1);

    /// <summary>From a round number at or below the values to one at or above.</summary>
    public static Axis Linear(string title, IEnumerable<double> values, string format = "0.###")
    {
        (double low, double high) = (values.Min(), values.Max());
        if (high - low < 1e-12)
            (low, high) = (low - 0.5, high + 0.5);
        double rough = (high - low) / MostTicks, unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = new[] { 1.0, 2, 5, 10 }.Select(factor => factor * unit).First(candidate => candidate >= rough);
        int first = (int)Math.Floor(low / step), last = (int)Math.Ceiling(high / step);
        return new Axis(title, first * step, last * step,
            [
                .. Enumerable.Range(first, last - first + 1)
                    .Select(i => (i * step, (i * step).ToString(format, CultureInfo.InvariantCulture))),
            ], IsLogarithmic: false);
    }

    /// <summary>Shares as percent.</summary>
    public static Axis Shares(string title, IEnumerable<double> shares)
    {
        Axis axis = Linear(title, shares);
        double to = Math.Min(1, axis.To);
        return axis with
        {
            To = Math.Max(to, axis.From + 0.01),
            Ticks =
            [
                .. axis.Ticks.Where(tick => tick.Value <= to + 1e-9)
                    .Select(tick => (tick.Value, (100 * tick.Value).ToString("0.#", CultureInfo.InvariantCulture) + "%")),
            ],
        };
    }

    /// <summary>Powers of two around values above zero.</summary>
    public static Axis Logarithmic(string title, IEnumerable<double> values)
    {
        int first = (int)Math.Floor(Math.Log2(values.Min())), last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log2(values.Max())));
        int every = Math.Max(1, (last - first) / MostTicks);
        return new Axis(title, Math.Pow(2, first), Math.Pow(2, last),
            [
                .. Enumerable.Range(first, last - first + 1)
                    .Where(power => (power - first) % every == 0)
                    .Select(power => (Math.Pow(2, power), Math.Pow(2, power).ToString("N0", CultureInfo.InvariantCulture))),
            ], IsLogarithmic: true);
    }
}
