using System.Globalization;
using CsvHelper;

namespace DiffusionClassifier.Evaluation.Files;

/// <summary>The fields of one line of comma-separated values (RFC 4180, without line breaks inside a field).</summary>
public static class CsvLine
{
    /// <summary>Without white space around them, or inside their quotes at either end.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="separator">The separator between fields.</param>
    /// <exception cref="FormatException">A quote is not closed, or there is a line break in the line.</exception>
    internal static string[] Split(string line, char separator = ',')
    {
        bool isOpen = false;
        var options = new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            SkipEmptyLines = false,
            TrimWhitespace = true, // a quote after a space opens a field as well
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => isOpen |= record.Reason == CsvMalformedReason.UnterminatedQuote, // any other stray quote is text
        };
        using var reader = CsvReader.FromText(line, options);
        string[] fields = reader.Read()
            ? [.. Enumerable.Range(0, reader.FieldCount).Select(field => reader.GetString(field).Trim())]
            : [""];
        if (isOpen)
            throw new FormatException("A quote is not closed.");
        return reader.Read() ? throw new FormatException("A line break is inside it.") : fields;
    }

    /// <summary>One line of fields; numbers in invariant form, null as nothing.</summary>
    public static string Join(IEnumerable<object?> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = CsvWriter.Create(line, new CsvWriterOptions { FormatProvider = CultureInfo.InvariantCulture }, leaveOpen: true))
        {
            foreach (object? field in fields)
                writer.WriteField(field);
            writer.EndRecord();
        }

        return line.ToString().TrimEnd('\r', '\n');
    }
}
