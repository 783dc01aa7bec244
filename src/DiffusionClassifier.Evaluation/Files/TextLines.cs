using System.Text;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Files with one text per line, named by a user. Stateless.</summary>
public static class TextLines
{
    private const int MaxBytes = 8 << 20; // as much text as the service accepts in one request: 10,000 labels of 800 bytes

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines of a file that an option names, without those that are empty.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="file">The file: UTF-8, 8 MiB at most.</param>
    /// <returns>At least one line, none of them empty, without white space around them.</returns>
    /// <exception cref="EvaluationException">The file cannot be used.</exception>
    public static string[] Read(string option, string file)
    {
        if (!File.Exists(file))
        {
            throw new EvaluationException(
                Directory.Exists(file) ? $"{option}: {file} is a folder." : $"{option}: there is no file {file}.");
        }

        string[] lines = Text(option, file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 ? lines : throw new EvaluationException($"{option}: {file} is empty: write one text per line.");
    }

    private static string Text(string option, string file)
    {
        using FileStream stream = File.OpenRead(file);
        var bytes = new byte[MaxBytes + 1]; // whatever length a pipe or a device claims to have
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count > MaxBytes)
            throw new EvaluationException($"{option}: {file} has more than {MaxBytes:N0} bytes, more than any list for a model.");
        try
        {
            ReadOnlySpan<byte> text = bytes.AsSpan(0, count);
            return Utf8.GetString(text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text);
        }
        catch (DecoderFallbackException)
        {
            throw new EvaluationException($"{option}: {file} is not UTF-8: save it as UTF-8 text.");
        }
    }
}
