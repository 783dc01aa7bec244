using System.Text;

namespace DiffusionClassifier.Evaluation.Files;

/// <summary>The fields of one line of comma-separated values (RFC 4180, without line breaks inside a field).</summary>
internal static class CsvLine
{
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static string[] Split(string line)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (quoted && letter == '"' && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[i++]);
            else if (letter == '"')
                quoted = !quoted;
            else if (letter == ',' && !quoted)
                Finish();
            else
                field.Append(letter);
        }

        Finish();
        return quoted ? throw new FormatException("A quote is not closed.") : [.. fields];

        void Finish()
        {
            fields.Add(field.ToString().Trim());
            field.Clear();
        }
    }
}
