using CsvHelper;

namespace DiffusionClassifier.Evaluation.Files;

/// <summary>The fields of one line of comma-separated values (RFC 4180, without line breaks inside a field).</summary>
internal static class CsvLine
{
    /// <summary>Without the white space around them, and around what is in their quotes.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <exception cref="FormatException">A quote is not closed, or there is a line break in the line.</exception>
    public static string[] Split(string line)
    {
        bool isOpen = false;
        var options = new CsvReaderOptions
        {
            Separator = ',',
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
}
