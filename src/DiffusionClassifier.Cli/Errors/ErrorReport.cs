using DiffusionClassifier.Client;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Cli.Errors;

/// <summary>From exceptions to lines on standard error and exit codes: the only place that knows whose fault each one is.</summary>
internal static class ErrorReport
{
    /// <returns>The exit code.</returns>
    public static int Write(Exception exception, bool verbose)
    {
        (int code, string? line) = exception switch
        {
            OperationCanceledException => (ExitCode.Interrupted, null),
            UserException or EvaluationException or ClassificationException => (ExitCode.UserError, exception.Message),
            ClassifierException or UnusableModelException or DeviceOutOfMemoryException => (ExitCode.UserError, exception.Message),
            InvalidDataException or DllNotFoundException or IOException or UnauthorizedAccessException =>
                (ExitCode.UserError, exception.Message),
            _ => (ExitCode.Bug, $"{exception.GetType().Name}: {exception.Message} (this is a bug; --verbose shows where)"),
        };
        if (line is not null)
            WriteLine(line);
        if (verbose && code != ExitCode.Interrupted)
            Console.Error.WriteLine(exception);
        return code;
    }

    /// <summary>One line, whatever is in it: file names may contain line breaks and escape sequences.</summary>
    public static void WriteLine(string message) => Console.Error.WriteLine($"dclassify: {OneLine(message)}");

    private static string OneLine(string text) =>
        string.Join(
            ' ',
            string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
