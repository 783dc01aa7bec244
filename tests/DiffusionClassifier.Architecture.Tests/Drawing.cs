using System.Globalization;
using System.Text;

namespace DiffusionClassifier.Architecture.Tests;

/// <summary>Draws projects, rooms, their sizes and arrows as SVG. The same structure gives the same bytes.</summary>
internal sealed class Drawing
{
    private const int Width = 1480, Margin = 20, Title = 44, BoxWidth = 114, BoxHeight = 40, LayerHeight = 84, RowGap = 56;

    private const string Style = """
        svg{font:13px system-ui,sans-serif;background:#fff} text{fill:#1c2733;text-anchor:middle} .title{font-weight:600;font-size:15px;text-anchor:start}
        .size{font-size:11px;fill:#5b6b7b} .panel{fill:#f4f7fa;stroke:#c9d3dd} .room{fill:#fff;stroke:#5b7fa6} .arrow{fill:none;stroke:#7d93aa;marker-end:url(#head)}
        .project{fill:none;stroke:#33506e;stroke-width:3;marker-end:url(#head)} #head path{fill:#33506e}
        @media(prefers-color-scheme:dark){svg{background:#10161d} text{fill:#e6edf3} .size{fill:#9fb0c0} .panel{fill:#18212b;stroke:#34424f} .room{fill:#10161d;stroke:#6f97c2}
        .project{stroke:#9cc0e6} #head path{fill:#9cc0e6}}
        """;

    // From what people use down to what everything rests on.
    private static readonly string[][] Rows = [["Service", "Cli"], ["Evaluation", "Onnx", "Jobs", "Client"], ["Core"], ["Contracts"]];

    private readonly StringBuilder _svg = new();
    private readonly Dictionary<Room, (double X, double Y)> _boxes = [];
    private readonly Dictionary<string, (double X, double Top, double Bottom)> _panels = [];

    public static string Draw() => new Drawing().Build();

    private string Build()
    {
        HashSet<(Room From, Room To)> arrows = [.. Structure.Uses.Where(use => use.FromRoom != use.ToRoom).Select(use => (use.FromRoom, use.ToRoom))];
        double y = Margin;
        foreach (string[] row in Rows)
        {
            Panel[] panels = [.. row.Select(project => new Panel(project, arrows))];
            int height = Title + panels.Max(panel => panel.Layers.Count) * LayerHeight;
            double shares = panels.Sum(Breadth);
            double x = Margin;
            foreach (Panel panel in panels)
            {
                double width = (Width - Margin * (panels.Length + 1.0)) * Breadth(panel) / shares;
                Add(panel, x, y, width, height, arrows);
                x += width + Margin;
            }

            y += height + RowGap;
        }

        foreach ((string from, string to) in Panel.Reduce(Structure.References))
            Line("project", _panels[from].X, _panels[from].Bottom, _panels[to].X, _panels[to].Top);
        return Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {y - RowGap + Margin}" role="img" aria-label="Projects, their rooms, and who uses whom">
            <style>{Style}</style>
            <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
            {_svg}</svg>

            """).ReplaceLineEndings("\n");
    }

    private static double Breadth(Panel panel) => Math.Max(2, panel.Layers.Max(layer => layer.Count));

    private void Add(Panel panel, double x, double y, double width, double height, HashSet<(Room From, Room To)> arrows)
    {
        int types = panel.Layers.SelectMany(layer => layer).Sum(room => Structure.Rooms[room]);
        _panels[panel.Project] = (x + width / 2, y, y + height);
        Append($"<rect class=\"panel\" x=\"{x:0}\" y=\"{y:0}\" width=\"{width:0}\" height=\"{height:0}\" rx=\"8\"/>");
        Append($"<text class=\"title\" x=\"{x + 14:0}\" y=\"{y + 26:0}\">{panel.Project} <tspan class=\"size\">{types} types</tspan></text>");
        for (int layer = 0; layer < panel.Layers.Count; layer++)
        {
            IReadOnlyList<Room> rooms = panel.Layers[layer];
            for (int i = 0; i < rooms.Count; i++)
                _boxes[rooms[i]] = (x + width * (i + 0.5) / rooms.Count, y + Title + layer * LayerHeight + (layer % 2 == 0 ? 0 : 4));
        }

        foreach ((Room from, Room to) in panel.Arrows.OrderBy(arrow => arrow.ToString(), StringComparer.Ordinal))
            Line("arrow", _boxes[from].X, _boxes[from].Y + BoxHeight, _boxes[to].X, _boxes[to].Y);
        foreach (Room room in panel.Layers.SelectMany(layer => layer))
            Box(room, arrows.Count(arrow => arrow.To == room));
    }

    private void Box(Room room, int users)
    {
        (double x, double y) = _boxes[room];
        Append($"<rect class=\"room\" x=\"{x - BoxWidth / 2:0}\" y=\"{y:0}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"5\"/>");
        Append($"<text x=\"{x:0}\" y=\"{y + 17:0}\">{(room.Name.Length == 0 ? "(entry)" : room.Name)}</text>");
        Append($"<text class=\"size\" x=\"{x:0}\" y=\"{y + 32:0}\">{Structure.Rooms[room]} types · used by {users}</text>");
    }

    private void Line(string kind, double fromX, double fromY, double toX, double toY)
    {
        double bend = (toY - fromY) / 2;
        Append($"<path class=\"{kind}\" d=\"M{fromX:0} {fromY:0}C{fromX:0} {fromY + bend:0} {toX:0} {toY - bend:0} {toX:0} {toY:0}\"/>");
    }

    private void Append(FormattableString line) => _svg.Append(Invariant(line)).Append('\n');

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
