using System.Text;

namespace DiffusionClassifier.Cli.Output;

/// <summary>
/// Drops the blanks at the ends of lines: tables pad their last column to its longest cell. Used by one caller at a time.
/// </summary>
internal sealed class TrimmedWriter(TextWriter target) : TextWriter
{
    private int _blanks; // not yet written: what follows tells whether they end a line

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value)
    {
        if (value == ' ')
        {
            _blanks++;
            return;
        }

        if (value is not ('\n' or '\r'))
            target.Write(new string(' ', _blanks));
        _blanks = 0;
        target.Write(value);
    }

    public override void Flush() => target.Flush();
}
