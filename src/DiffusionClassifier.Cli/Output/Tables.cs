using Spectre.Console;

namespace DiffusionClassifier.Cli.Output;

/// <summary>The look of all tables: columns and nothing else, so that scripts can split them as easily as people.</summary>
internal static class Tables
{
    private const int Gap = 2; // spaces between columns, so that a label of two words is still one column

    /// <param name="headers">Column titles; one that begins with '&gt;' is a column of numbers, aligned right.</param>
    public static Table Create(params ReadOnlySpan<string> headers)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string header in headers)
        {
            bool number = header.StartsWith('>');
            var column = new TableColumn(new Text(header.TrimStart('>'), new Style(decoration: Decoration.Dim)))
            {
                NoWrap = number,
                Padding = new Padding(0, 0, Gap, 0),
            };
            table.AddColumn(number ? column.RightAligned() : column);
        }

        return table;
    }
}
