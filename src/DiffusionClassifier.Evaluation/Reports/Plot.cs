using System.Globalization;
using System.Xml.Linq;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>A drawing as inline SVG with axes: data coordinates in, pixels out. The page's style sheet gives the colors.</summary>
internal sealed class Plot
{
    private const int Left = 64, Right = 24, Top = 12, Bottom = 40; // pixels for the axes' numbers and titles
    private const int TickLength = 4;
    private const int WhiskerEnd = 3; // to both sides

    private readonly XElement _svg;
    private readonly Axis _x, _y;
    private readonly int _width, _height;

    public Plot(int width, int height, Axis x, Axis y, string description)
    {
        (_width, _height, _x, _y) = (width, height, x, y);
        _svg = new XElement(
            "svg", new XAttribute("viewBox", $"0 0 {width} {height}"), new XAttribute("role", "img"), new XElement("title", description));
        DrawAxes();
    }

    public XElement Svg => _svg;

    public Plot Line(IEnumerable<(double X, double Y)> points, string style)
    {
        _svg.Add(
            new XElement(
                "polyline",
                new XAttribute("class", style),
                new XAttribute("points", string.Join(' ', points.Select(point => $"{Pixel(PixelX(point.X))},{Pixel(PixelY(point.Y))}")))));
        return this;
    }

    public Plot Dot(double x, double y, string style, string tip)
    {
        _svg.Add(
            new XElement(
                "circle",
                new XAttribute("class", style),
                Number("cx", PixelX(x)),
                Number("cy", PixelY(y)),
                Number("r", 4),
                new XElement("title", tip)));
        return this;
    }

    /// <summary>A vertical line through a point, from the lower to the upper end of its interval.</summary>
    public Plot Whisker(double x, Interval y, string style)
    {
        double at = PixelX(x), low = PixelY(y.Low), high = PixelY(y.High);
        string path = $"M{Pixel(at)} {Pixel(low)}V{Pixel(high)}";
        foreach (double end in (double[])[low, high])
            path += $"M{Pixel(at - WhiskerEnd)} {Pixel(end)}H{Pixel(at + WhiskerEnd)}";
        _svg.Add(new XElement("path", new XAttribute("class", style), new XAttribute("d", path)));
        return this;
    }

    public Plot Bar(double x0, double x1, double y, string style, string tip)
    {
        _svg.Add(new XElement("rect", new XAttribute("class", style), Number("x", PixelX(x0) + 1), Number("y", PixelY(y)),
            Number("width", Math.Max(1, PixelX(x1) - PixelX(x0) - 2)),
            Number("height", _height - Bottom - PixelY(y)),
            new XElement("title", tip)));
        return this;
    }

    private void DrawAxes()
    {
        foreach ((double value, string text) in _x.Ticks)
        {
            _svg.Add(Rule(PixelX(value), Top, PixelX(value), _height - Bottom + TickLength));
            _svg.Add(Words(PixelX(value), _height - Bottom + 16, "middle", text));
        }

        foreach ((double value, string text) in _y.Ticks)
        {
            _svg.Add(Rule(Left - TickLength, PixelY(value), _width - Right, PixelY(value)));
            _svg.Add(Words(Left - 8, PixelY(value) + 4, "end", text));
        }

        _svg.Add(Words((Left + _width - Right) / 2.0, _height - 6, "middle", _x.Title));
        _svg.Add(new XElement("text", new XAttribute("class", "tick"), new XAttribute("text-anchor", "middle"),
            new XAttribute("transform", $"translate(12 {Pixel((Top + _height - Bottom) / 2.0)}) rotate(-90)"), _y.Title));
    }

    private static XElement Rule(double x1, double y1, double x2, double y2) =>
        new("line", new XAttribute("class", "grid"), Number("x1", x1), Number("y1", y1), Number("x2", x2), Number("y2", y2));

    private static XElement Words(double x, double y, string anchor, string text) =>
        new("text", new XAttribute("class", "tick"), Number("x", x), Number("y", y), new XAttribute("text-anchor", anchor), text);

    private static XAttribute Number(string name, double value) => new(name, Pixel(value));

    private static string Pixel(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private double PixelX(double value) => Left + _x.Place(value) * (_width - Left - Right);

    private double PixelY(double value) => _height - Bottom - _y.Place(value) * (_height - Top - Bottom);
}
