using System.CommandLine;
using System.Text;
using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Texts as values of an option or as the lines of a file, for which no command line is too long.</summary>
internal sealed class TextList(Option<string[]> texts, string fileName, string description)
{
    private const int MaxBytes = 8 << 20; // what the service takes of text in one request: 10,000 labels of 800 bytes

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Option<string?> _file = new(fileName) { Description = description, HelpName = "FILE" };

    public IEnumerable<Option> All => [texts, _file];

    /// <returns>None where neither option is given.</returns>
    /// <exception cref="UserException">Both are given, or the file cannot be used.</exception>
    public string[] Read(ParseResult parsed)
    {
        string[] values = parsed.GetValue(texts) ?? [];
        if (parsed.GetValue(_file) is not { } file)
            return values;
        return values.Length == 0 ? Lines(fileName, file) : throw new UserException($"Give either {texts.Name} or {fileName}, not both.");
    }

    /// <summary>The lines of a file that an option names, without those that are empty.</summary>
    /// <exception cref="UserException">The file cannot be used.</exception>
    public static string[] Lines(string option, string file)
    {
        if (!File.Exists(file))
            throw new UserException(Directory.Exists(file) ? $"{option}: {file} is a folder." : $"{option}: there is no file {file}.");
        string[] lines = Text(option, file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 ? lines : throw new UserException($"{option}: {file} is empty: write one text a line.");
    }

    private static string Text(string option, string file)
    {
        using FileStream stream = File.OpenRead(file);
        var bytes = new byte[MaxBytes + 1]; // whatever length a pipe or a device claims
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count > MaxBytes)
            throw new UserException($"{option}: {file} has more than {MaxBytes} bytes, which is no list that a model could take.");
        try
        {
            ReadOnlySpan<byte> text = bytes.AsSpan(0, count);
            return Utf8.GetString(text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text);
        }
        catch (DecoderFallbackException)
        {
            throw new UserException($"{option}: {file} is not UTF-8: save it as UTF-8 text.");
        }
    }
}
