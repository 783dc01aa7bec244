using System.Xml.Linq;
using DiffusionClassifier.Evaluation.Formats;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>
/// The parts of a self-contained page: no script, nothing from a network, light or dark like the reader's system. Stateless.
/// </summary>
internal static class HtmlPage
{
    // No '>' or '&': the page is written as XML, which would escape them.
    private const string Style = """

        :root { color-scheme: light dark; --ink: #1c2430; --paper: #ffffff; --soft: #5d6b7c; --rule: #dfe4ea; --blue: #2563b0;
            --red: #b3402a; --fill: #2563b033; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --paper: #14181e; --soft: #93a0b0; --rule: #2c343f; --blue: #6aa5ec;
            --red: #e98468; --fill: #6aa5ec44; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1000px; margin: 2rem auto;
            padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
        p, figcaption { color: var(--soft); margin-top: .3rem; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .8rem; margin-top: 1.5rem; }
        .tiles div { border: 1px solid var(--rule); border-radius: 8px; padding: .6rem .9rem; }
        .tiles b { display: block; font-size: 1.2rem; white-space: nowrap; } .tiles span { color: var(--soft); font-size: .85rem; }
        .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.2rem; }
        @media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } } figure { margin: 0; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--rule); text-align: right; }
        th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
        .wide { overflow-x: auto; margin-top: 1rem; }
        pre { overflow-x: auto; color: var(--soft); font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; } .square { max-width: 44rem; }
        .grid { stroke: var(--rule); } .tick { fill: var(--soft); } .curve { fill: none; stroke: var(--blue); stroke-width: 2; }
        .ideal { fill: none; stroke: var(--soft); stroke-dasharray: 4 4; }
        .dot { fill: var(--blue); } .c0 { fill: var(--blue); color: var(--blue); } .c1 { fill: #c98a1b; color: #c98a1b; }
        .c2 { fill: #2f9e63; color: #2f9e63; } .c3 { fill: #1fa5a5; color: #1fa5a5; } .c4 { fill: var(--red); color: var(--red); }
        .c5 { fill: #9a6bd0; color: #9a6bd0; } .bar { fill: var(--fill); } .right { fill: var(--blue); } .wrong { fill: var(--red); }
        .line { fill: none; stroke: currentColor; stroke-width: 2; } .whisker { fill: none; stroke: currentColor; stroke-width: 1.5; }
        .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 1rem; margin-top: 1rem; }
        .gallery img { width: 6rem; height: 6rem; image-rendering: pixelated; border-radius: 4px; }
        .gallery figcaption { font-size: .8rem; overflow-wrap: anywhere; }
        .frame { fill: none; stroke: var(--rule); } .count { fill: var(--ink); } .strong { fill: var(--paper); }

        """;

    public static string Write(string title, params object?[] content) =>
        "<!DOCTYPE html>\n" + new XElement("html", new XAttribute("lang", "en"),
        new XElement("head",
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            new XElement("title", title),
            new XElement("style", Style)),
        new XElement("body", new XElement("h1", title), content)) + "\n";

    public static XElement Section(string title, string? note, params object?[] content) =>
        new("section", new XElement("h2", title), note is null ? null : new XElement("p", note), content);

    public static XElement Pair(params IEnumerable<(XElement Drawing, string Caption)> figures) =>
        new(
            "div",
            new XAttribute("class", "pair"),
            figures.Select(figure => new XElement("figure", figure.Drawing, new XElement("figcaption", figure.Caption))));

    public static XElement Tiles(IEnumerable<string[]> rows) => new("div", new XAttribute("class", "tiles"),
        rows.Skip(1).Select(row => new XElement("div", new XElement("b", row[1]), new XElement("span", row[0]))));

    /// <summary>Thumbnails that link to their files.</summary>
    public static XElement Gallery(IEnumerable<MistakenImage> images) =>
        Gallery(images.Select(image => (
            Linked(image.Thumbnail, image.Link, image.Name),
            $"{image.Truth} → {image.Prediction}, {Figures.Percent(image.Posterior)} · {image.Name}")));

    /// <summary>Maps over their images.</summary>
    public static XElement Gallery(IEnumerable<ExplainedExample> images) =>
        Gallery(images.Select(image => (
            Linked(image.Overlay, image.Link, image.Name),
            $"{image.Label} against {image.Against ?? "the empty prompt"}{(image.Pointed is false ? ", beside the object" : "")} · "
                + image.Name)));

    /// <summary>A table whose first line is headers and whose first column is words.</summary>
    public static XElement Table(IEnumerable<string[]> rows) => new("div", new XAttribute("class", "wide"), new XElement("table",
        rows.Select(
            (row, index) =>
                new XElement(
                    "tr", row.Select(cell => new XElement(index == 0 ? "th" : "td", cell.Length > 0 ? Printable(cell) : "\u00a0"))))));

    private static XElement Gallery(IEnumerable<(XElement? Picture, string Caption)> figures) =>
        new("div", new XAttribute("class", "gallery"), figures.Select(figure =>
            new XElement("figure", figure.Picture, new XElement("figcaption", Printable(figure.Caption)))));

    private static XElement? Linked(string? source, string? link, string name)
    {
        XElement? picture = source is null
            ? null
            : new XElement("img", new XAttribute("src", source), new XAttribute("alt", Printable(name)));
        return link is null ? picture : new XElement("a", new XAttribute("href", link), picture ?? (object)"open");
    }

    // File names may contain characters that XML may not.
    private static string Printable(string text) =>
        string.Concat(text.Select(letter => System.Xml.XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter) ? letter : '\uFFFD'));
}
