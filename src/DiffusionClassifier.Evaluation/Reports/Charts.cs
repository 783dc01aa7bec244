using System.Globalization;
using System.Xml.Linq;
using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>The drawings of a report. Stateless.</summary>
internal static class Charts
{
    private const int Width = 460, Height = 320; // two side by side on a screen

    private static readonly double[] WholeRange = [0, 1];

    public static XElement Reliability(IReadOnlyList<ReliabilityBin> bins)
    {
        var plot = new Plot(
            Width,
            Height,
            Axis.Shares("posterior of the answer", WholeRange),
            Axis.Shares("share that is right", WholeRange),
            "Reliability diagram");
        foreach (ReliabilityBin bin in bins.Where(bin => bin.Count > 0))
        {
            plot.Bar(
                bin.From,
                bin.To,
                bin.Accuracy,
                "bar",
                $"{bin.Count} answers, posterior {Figures.Percent(bin.Confidence)}, right {Figures.Percent(bin.Accuracy)}");
            plot.Dot(bin.Confidence, bin.Accuracy, "dot", $"{bin.Count} answers");
        }

        return plot.Line([(0, 0), (1, 1)], "ideal").Svg;
    }

    /// <param name="points">At least one.</param>
    public static XElement Coverage(IReadOnlyList<CoveragePoint> points)
    {
        var plot = new Plot(
            Width,
            Height,
            Axis.Shares("share of images answered", points.Select(point => point.Coverage).Append(0)),
            Axis.Shares("share of answers that are right", points.SelectMany(point => (double[])[point.Interval.Low, point.Interval.High])),
            "Accuracy against coverage");
        plot.Line(points.Select(point => (point.Coverage, point.Accuracy)), "curve");
        foreach (CoveragePoint point in points)
        {
            plot.Whisker(point.Coverage, point.Interval, "whisker c0");
            string tip = Figures.Text($"rejectBelow {point.RejectBelow}: {Figures.Percent(point.Coverage)} answered, ");
            plot.Dot(point.Coverage, point.Accuracy, "dot", $"{tip}{ReportTables.Percent(point.Accuracy, point.Interval)} of them right");
        }

        return plot.Svg;
    }

    /// <summary>A share of every strategy against its cost; the line is <c>fixed</c> with fewer trials.</summary>
    public static XElement Cost(
        IReadOnlyList<StrategyScore> scores, string title, Func<StrategyScore, double> share, Func<StrategyScore, Interval> interval)
    {
        string line = EnumWords.Of(Strategy.Fixed);
        var plot = new Plot(
            Width,
            Height,
            Axis.Logarithmic("rows per image", scores.Select(score => score.RowsPerImage)),
            Axis.Shares(title, scores.Select(interval).SelectMany(each => (double[])[each.Low, each.High])),
            title);
        plot.Line(scores.Where(score => score.Strategy == line).Select(score => (score.RowsPerImage, share(score))), "curve");
        int colour = 0;
        foreach (StrategyScore score in scores)
        {
            int own = score.Strategy == line ? 0 : ++colour;
            plot.Whisker(score.RowsPerImage, interval(score), $"whisker c{own}");
            plot.Dot(
                score.RowsPerImage,
                share(score),
                $"dot c{own}",
                $"{Name(score)}: {Figures.Whole(score.RowsPerImage)} rows, {ReportTables.Percent(share(score), interval(score))}");
        }

        return plot.Svg;
    }

    /// <summary>What the colors of <see cref="Cost"/> mean.</summary>
    public static XElement CostKey(IReadOnlyList<StrategyScore> scores) => Key(
        scores.Where(score => score.Strategy != EnumWords.Of(Strategy.Fixed)).Select(Name).Prepend(EnumWords.Of(Strategy.Fixed)));

    /// <summary>What the colors of a drawing mean, in their order.</summary>
    public static XElement Key(IEnumerable<string> names) => new("p", names.SelectMany((name, index) =>
        new object[] { new XElement("span", new XAttribute("class", $"c{index}"), "\u25cf"), $" {name}\u2003" }));

    /// <summary>The mean posterior for each kind of map as pixels change.</summary>
    public static XElement Steps(
        IReadOnlyList<ExplanationScore> scores, string title, Func<ExplanationScore, IReadOnlyList<double>> curve)
    {
        var plot = new Plot(
            Width,
            Height,
            Axis.Shares(title, WholeRange),
            Axis.Shares("posterior of the winner", scores.SelectMany(curve).Append(0)),
            title);
        foreach ((int index, ExplanationScore score) in scores.Index())
        {
            IReadOnlyList<double> values = curve(score);
            (double X, double Y)[] points = [.. values.Select((value, step) => ((double)step / (values.Count - 1), value))];
            plot.Line(points, $"line c{index}");
            foreach ((double x, double y) in points)
                plot.Dot(x, y, $"dot c{index}", $"{score.Map}: {Figures.Percent(y)} at {Figures.Percent(x)}");
        }

        return plot.Svg;
    }

    private static string Name(StrategyScore score) =>
        score.Strategy == EnumWords.Of(Strategy.Race) ? $"{score.Strategy} {score.Settings}" : score.Strategy;

    public static XElement Timesteps(IReadOnlyList<TimestepScore> scores, string title, Func<TimestepScore, double> value, bool isShare)
    {
        IEnumerable<double> values = scores.Select(value).Append(0);
        var plot = new Plot(
            Width,
            Height,
            Axis.Linear("timestep", scores.Select(score => score.Timestep)),
            isShare ? Axis.Shares(title, values) : Axis.Linear(title, values, "0.####"),
            title);
        plot.Line(scores.Select(score => (score.Timestep, value(score))), "curve");
        foreach (TimestepScore score in scores)
        {
            plot.Dot(
                score.Timestep,
                value(score),
                "dot",
                string.Create(CultureInfo.InvariantCulture, $"t = {score.Timestep:F0}: {value(score):G4}"));
        }

        return plot.Svg;
    }

    /// <summary>Rows are the truth, columns the answer; darker is a larger share of the row.</summary>
    public static XElement Confusion(IReadOnlyList<string> labels, IReadOnlyList<IReadOnlyList<int>> counts)
    {
        const int Side = 600, MostWithText = 40; // pixels; with more classes, the text would be too small to read
        bool hasText = labels.Count <= MostWithText;
        int margin = hasText ? Math.Min(150, 12 + 7 * labels.Max(label => label.Length)) : 8;
        double cell = (double)Side / labels.Count;
        var svg = new XElement(
            "svg",
            new XAttribute("viewBox", $"0 0 {Side + margin} {Side + margin}"),
            new XAttribute("role", "img"),
            new XElement("title", "Confusion matrix"));
        for (int truth = 0; truth < labels.Count; truth++)
        {
            int sum = counts[truth].Sum();
            for (int answer = 0; answer < labels.Count; answer++)
            {
                if (counts[truth][answer] is > 0 and var count)
                {
                    Cell(
                        svg,
                        margin + answer * cell,
                        margin + truth * cell,
                        cell,
                        (double)count / sum,
                        truth == answer,
                        hasText ? count : null,
                        $"{labels[truth]} → {labels[answer]}: {count}");
                }
            }

            if (hasText)
                NameOf(svg, labels[truth], margin, margin + (truth + 0.5) * cell + 4);
        }

        svg.Add(
            new XElement(
                "rect", new XAttribute("class", "frame"), At("x", margin), At("y", margin), At("width", Side), At("height", Side)));
        return svg;
    }

    // At the row on the left, and rotated at the column above.
    private static void NameOf(XElement svg, string label, int margin, double at)
    {
        var style = new XAttribute("class", "tick");
        svg.Add(new XElement("text", style, At("x", margin - 6), At("y", at), new XAttribute("text-anchor", "end"), label));
        string turned = Figures.Text($"translate({at:F1} {margin - 6}) rotate(-90)");
        svg.Add(new XElement("text", style, new XAttribute("transform", turned), label));
    }

    private static void Cell(XElement svg, double x, double y, double size, double share, bool isRight, int? text, string tip)
    {
        svg.Add(
            new XElement(
                "rect", new XAttribute("class", isRight ? "right" : "wrong"), At("x", x), At("y", y), At("width", size), At("height", size),
            new XAttribute("fill-opacity", share.ToString("0.##", CultureInfo.InvariantCulture)), new XElement("title", tip)));
        if (text is not null)
        {
            svg.Add(
                new XElement(
                    "text",
                    new XAttribute("class", share > 0.5 ? "count strong" : "count"),
                    At("x", x + size / 2),
                    At("y", y + size / 2 + 4),
                    new XAttribute("text-anchor", "middle"),
                    text));
        }
    }

    private static XAttribute At(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));
}
